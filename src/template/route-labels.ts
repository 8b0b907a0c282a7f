import { type LabelSet, labelSetOf } from "../core/model/labels.ts";
import { type DataSource, notificationData, routeLabelsOf, type TemplateData } from "./data.ts";
import { TemplateError } from "./error.ts";
import { CallError } from "./exec/execution.ts";
import type { TemplateSet } from "./set.ts";

/** Renders a template text against the data, its route labels resolved by the given resolver. */
export type Render = (text: string, data: TemplateData, resolver: RouteLabelResolver) => string;

/**
 * Gives the value of each route label (spec §9.5). A value may be a template that asks for other labels: each is
 * rendered once, and asking in a circle is an error.
 */
export class RouteLabelResolver {
  private readonly done = new Map<string, string>();
  private readonly stack: string[] = [];

  constructor(
    private readonly data: TemplateData,
    private readonly render: Render,
  ) {}

  /**
   * @returns "" for an unknown label
   * @throws CallError when the label's template fails or the labels form a circle
   */
  resolve(name: string): string {
    const { labels, rendered } = routeLabelsOf(this.data);
    if (!labels.has(name)) return "";
    const raw = labels.get(name);
    if (rendered) return raw;
    const known = this.done.get(name);
    if (known !== undefined) return known;
    if (this.stack.includes(name)) {
      throw new CallError(`route label cycle detected: ${[...this.stack, name].join(" -> ")}`);
    }
    this.stack.push(name);
    try {
      const value = this.render(raw, this.data, this);
      this.done.set(name, value);
      return value;
    } catch (error) {
      if (error instanceof TemplateError) throw new CallError(error.message);
      throw error;
    } finally {
      this.stack.pop();
    }
  }
}

/** A route label that could not be rendered. */
export interface RouteLabelFailure {
  readonly label: string;
  /** The value as configured. */
  readonly value: string;
  readonly error: string;
}

/**
 * Renders the labels of a route for a group. A label that fails is left out and reported.
 *
 * @param source its `routeLabels` as configured; upstream gives `unknown` as the reason
 */
export function renderRouteLabels(
  set: TemplateSet,
  source: DataSource,
  failed: (failure: RouteLabelFailure) => void,
): LabelSet {
  const data = notificationData(source, false);
  const resolver = set.routeLabelResolver(data);
  const names: string[] = [];
  const values: string[] = [];
  for (const [label, value] of source.routeLabels.entries()) {
    try {
      values.push(resolver.resolve(label));
      names.push(label);
    } catch (error) {
      if (!(error instanceof CallError)) throw error;
      failed({ label, value, error: error.message });
    }
  }
  return labelSetOf(names, values);
}
