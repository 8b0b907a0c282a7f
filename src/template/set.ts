import { MAX_STEPS } from "./bounds.ts";
import type { TemplateData } from "./data.ts";
import { TemplateError } from "./error.ts";
import { compileTree } from "./exec/compile.ts";
import { type CompiledTemplate, type Environment, Execution } from "./exec/execution.ts";
import { ALL_FUNCTIONS } from "./funcs/names.ts";
import { toText } from "./gostring.ts";
import { escapeTrees } from "./html/escape-trees.ts";
import { isEmptyTree, type Tree } from "./parse/nodes.ts";
import { parseTrees } from "./parse/parser.ts";
import { RouteLabelResolver } from "./route-labels.ts";

export type Trees = ReadonlyMap<string, Tree>;

/** A text that was parsed as an anonymous template, ready to run with all the templates it may call. */
interface Program {
  readonly main: CompiledTemplate;
  lookup(name: string): CompiledTemplate | undefined;
}

/** How many texts stay compiled: as many as configurations have, and some. */
const MAX_CACHED = 1024;

type Mode = "text" | "html";

/**
 * The templates of a configuration: the built-in ones and those of its files. Never changes, so that everything
 * compiled stays compiled.
 */
export class TemplateSet {
  private readonly compiled = new Map<string, CompiledTemplate>();
  private readonly programs: Readonly<Record<Mode, Map<string, Program>>> = { text: new Map(), html: new Map() };

  #trees: Trees | undefined;

  /** @param load gives all defined templates by name; called when the first text is expanded */
  constructor(private readonly load: () => Trees) {}

  private get trees(): Trees {
    this.#trees ??= this.load();
    return this.#trees;
  }

  /**
   * Expands a text.
   *
   * @throws TemplateError with the message Go gives, for a text that does not parse or does not execute
   */
  text(source: string, data: TemplateData): string {
    return this.expand("text", source, data);
  }

  /**
   * Expands a text as HTML: what it inserts is escaped as its place asks for.
   *
   * @throws TemplateError
   */
  html(source: string, data: TemplateData): string {
    return this.expand("html", source, data);
  }

  /**
   * Expands a text that somebody tries out: nothing of it is kept, and it may take fewer steps than others.
   *
   * @throws TemplateError
   */
  preview(mode: Mode, source: string, data: TemplateData, maxSteps: number): string {
    if (source === "") return "";
    const program = mode === "text" ? this.textProgram(source) : this.htmlProgram(source);
    return run(program, data, new RouteLabelResolver(data, this.render(mode)), maxSteps);
  }

  /** What resolves the route labels of some data, each once, as text. */
  routeLabelResolver(data: TemplateData): RouteLabelResolver {
    return new RouteLabelResolver(data, this.render("text"));
  }

  private expand(mode: Mode, source: string, data: TemplateData): string {
    if (source === "") return "";
    const render = this.render(mode);
    return render(source, data, new RouteLabelResolver(data, render));
  }

  private render(mode: Mode) {
    return (source: string, data: TemplateData, resolver: RouteLabelResolver): string =>
      run(this.program(mode, source), data, resolver);
  }

  private program(mode: Mode, source: string): Program {
    const cache = this.programs[mode];
    let program = cache.get(source);
    if (program === undefined) {
      program = mode === "text" ? this.textProgram(source) : this.htmlProgram(source);
      if (cache.size >= MAX_CACHED) cache.delete(cache.keys().next().value as string);
      cache.set(source, program);
    }
    return program;
  }

  private textProgram(source: string): Program {
    const own = parseTrees("", source, ALL_FUNCTIONS);
    const mine = new Map<string, CompiledTemplate>();
    for (const tree of own.values()) if (replaces(this.trees, tree)) mine.set(tree.name, compileTree(tree));
    const main = mine.get("") ?? compileTree(own.get("") as Tree);
    return { main, lookup: (name) => mine.get(name) ?? this.base(name) };
  }

  /** A built-in or file template, compiled when first called. */
  private base(name: string): CompiledTemplate | undefined {
    let template = this.compiled.get(name);
    if (template === undefined) {
      const tree = this.trees.get(name);
      if (tree === undefined) return undefined;
      template = compileTree(tree);
      this.compiled.set(name, template);
    }
    return template;
  }

  private htmlProgram(source: string): Program {
    const all = new Map(this.trees);
    mergeTrees(all, parseTrees("", source, ALL_FUNCTIONS));
    const escaped = escapeTrees(all, "");
    const compiled = new Map<string, CompiledTemplate>();
    for (const tree of escaped.values()) compiled.set(tree.name, compileTree(tree));
    return { main: compiled.get("") as CompiledTemplate, lookup: (name) => compiled.get(name) };
  }
}

/** An empty definition does not replace another. */
function replaces(trees: Trees, tree: Tree): boolean {
  return !(trees.has(tree.name) && isEmptyTree(tree.root));
}

/** Adds the trees of a parse to those there are. */
export function mergeTrees(trees: Map<string, Tree>, added: Trees): void {
  for (const tree of added.values()) if (replaces(trees, tree)) trees.set(tree.name, tree);
}

function run(program: Program, data: TemplateData, resolver: RouteLabelResolver, maxSteps = MAX_STEPS): string {
  const environment: Environment = {
    lookup: program.lookup,
    routeLabel: (name) => resolver.resolve(name),
  };
  const execution = new Execution(program.main, environment, maxSteps);
  execution.push("$", data);
  try {
    program.main.run(execution, data);
  } catch (error) {
    if (error instanceof TemplateError) throw error;
    // JavaScript's stack ends before Go's limit.
    if (error instanceof RangeError && error.message.includes("call stack")) return execution.tooDeep();
    throw error;
  }
  return toText(execution.out);
}
