import { exposition } from "../../metrics/exposition.ts";
import type { Family } from "../../metrics/family.ts";
import type { Metrics } from "../../metrics/index.ts";
import { processFamilies } from "../../metrics/process.ts";
import type { Plain } from "../plain.ts";
import { Query } from "../v2/query.ts";

const ESCAPING_SCHEMES: ReadonlySet<string> = new Set(["allow-utf-8", "underscores", "dots", "values"]);

/** Answers scrapes in the text format (spec §2.2). `name[]` in the query picks families. */
export class Scrapes {
  readonly #metrics: Metrics;
  #process: readonly Family[] | undefined;

  constructor(metrics: Metrics) {
    this.#metrics = metrics;
  }

  answer(headers: Headers, query: string): Plain {
    const { scrapes, families } = this.#metrics;
    scrapes.inFlight.inc();
    this.#process ??= processFamilies();
    const names = new Query(query).all("name[]");
    const all = [...families, ...this.#process];
    const text = exposition(names.length === 0 ? all : all.filter((family) => names.includes(family.name)));
    scrapes.inFlight.dec();
    scrapes.total.with("200").inc();
    const type = `text/plain; version=0.0.4; charset=utf-8; escaping=${escapingScheme(headers.get("accept") ?? "")}`;
    if (!wantsGzip(headers.get("accept-encoding") ?? "")) {
      return { status: 200, headers: { "Content-Type": type }, body: text };
    }
    return { status: 200, headers: { "Content-Type": type, "Content-Encoding": "gzip" }, body: Bun.gzipSync(text) };
  }
}

interface Clause {
  readonly value: string;
  readonly parameters: ReadonlyMap<string, string>;
  readonly q: number;
}

/** The entries of an Accept header, the most wanted first. */
function clauses(header: string): Clause[] {
  const list = header.split(",").map((entry): Clause => {
    const [value = "", ...rest] = entry.split(";").map((part) => part.trim());
    const parameters = new Map(rest.map((part) => part.split("=", 2) as [string, string]));
    const q = Number(parameters.get("q") ?? 1);
    return { value, parameters, q: Number.isNaN(q) ? 1 : q };
  });
  return list.sort((a, b) => b.q - a.q);
}

/** How the scraper wants odd names written; ours have none, so only the header tells. */
function escapingScheme(accept: string): string {
  let scheme = "underscores";
  for (const { value, parameters } of clauses(accept)) {
    const asked = parameters.get("escaping") ?? "";
    if (ESCAPING_SCHEMES.has(asked)) scheme = asked;
    const version = parameters.get("version") ?? "";
    if (value === "text/plain" && (version === "" || version === "0.0.4")) break;
  }
  return scheme;
}

function wantsGzip(header: string): boolean {
  const quality = (coding: string) => {
    const qs = clauses(header).flatMap(({ value, q }) => (value === coding || value === "*" ? [q] : []));
    return qs.length === 0 ? -1 : Math.max(...qs);
  };
  return quality("gzip") > Math.max(quality("identity"), 0);
}
