import { LARGE, MAX_DEPTH, MAX_OUTPUT, MAX_STEPS, UNITS_PER_STEP } from "../bounds.ts";
import { TemplateError } from "../error.ts";
import { quote } from "../fmt/quote.ts";
import { byteLength, toText } from "../gostring.ts";
import type { AnyNode, Source } from "../parse/nodes.ts";
import { nodeText } from "../parse/print.ts";
import type { Value } from "../value/values.ts";

/** A template ready to run. */
export interface CompiledTemplate {
  readonly name: string;
  readonly source: Source;
  run(execution: Execution, dot: Value): void;
}

/** What an execution is given from outside. */
export interface Environment {
  lookup(name: string): CompiledTemplate | undefined;
  /** The value of a route label, "" for an unknown one (spec §9.5). Throws a CallError. */
  routeLabel(name: string): string;
}

/** A function that failed: the message stands after `error calling NAME: `. */
export class CallError extends Error {}

/** The state of one run of a template. */
export class Execution {
  /** Where we are, for errors: kept as Go keeps it, the last node that was entered. */
  node: AnyNode | undefined;
  out = "";
  /** Variables, innermost last, of the template that runs. */
  names: string[] = [];
  values: Value[] = [];
  depth = 0;
  /** The template action entered last. */
  lastCall: AnyNode | undefined;
  private steps = 0;

  constructor(
    public template: CompiledTemplate,
    readonly environment: Environment,
    private readonly maxSteps: number = MAX_STEPS,
  ) {}

  /** @throws TemplateError with Go's position and words */
  error(message: string): never {
    const { node, template } = this;
    if (node === undefined) throw new TemplateError(toText(`template: ${template.name}: ${message}`));
    const place = position(node.source ?? template.source, node.pos);
    const text = `template: ${place}: executing ${quote(template.name)} at <${nodeText(node)}>: ${message}`;
    throw new TemplateError(toText(text));
  }

  write(text: string): void {
    this.out += text;
    if (this.out.length > MAX_OUTPUT) this.error(`output exceeds ${MAX_OUTPUT} bytes`);
  }

  /** Counts work, so that no template runs for ever. */
  step(): void {
    if (++this.steps > this.maxSteps) this.tooLong();
  }

  /** Counts the work of a function on something of a size, if that is large. */
  charge(size: number): void {
    if (size < LARGE) return;
    this.steps += Math.ceil(size / UNITS_PER_STEP);
    if (this.steps > this.maxSteps) this.tooLong();
  }

  private tooLong(): never {
    return this.error(`execution exceeds ${this.maxSteps} steps`);
  }

  /** Where the stack ended: at Go's own limit on templates within templates, or before it. */
  tooDeep(): never {
    this.node = this.lastCall ?? this.node;
    return this.error(`exceeded maximum template depth (${MAX_DEPTH})`);
  }

  push(name: string, value: Value): void {
    this.names.push(name);
    this.values.push(value);
  }

  /** Forgets the variables declared since there were so many. */
  pop(mark: number): void {
    if (this.names.length === mark) return;
    this.names.length = mark;
    this.values.length = mark;
  }

  get(name: string): Value {
    const i = this.names.lastIndexOf(name);
    return i < 0 ? this.error(`undefined variable: ${name}`) : this.values[i];
  }

  set(name: string, value: Value): void {
    const i = this.names.lastIndexOf(name);
    if (i < 0) this.error(`undefined variable: ${name}`);
    this.values[i] = value;
  }

  /** Overwrites the variable declared last (1) or before it (2). */
  setTop(n: number, value: Value): void {
    this.values[this.values.length - n] = value;
  }
}

/** `NAME:LINE:COLUMN`, the column in bytes from 0. */
export function position(source: Source, pos: number): string {
  const before = source.text.slice(0, pos);
  const lineStart = before.lastIndexOf("\n") + 1;
  const line = before.split("\n").length;
  return `${source.name}:${line}:${byteLength(before.slice(lineStart))}`;
}
