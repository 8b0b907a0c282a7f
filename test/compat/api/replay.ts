import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Answer, Exchange, Scenario } from "./exchange.ts";
import { runScenario } from "./run-scenario.ts";

/** A request that was not answered as the real server answers it. */
export interface Mismatch {
  readonly request: string;
  readonly expected: Answer;
  readonly got: Answer;
}

/** Sends a scenario to a server that was just started with its configuration and flags, and compares. */
export async function replay(
  scenario: Scenario,
  address: { readonly host: string; readonly port: number },
): Promise<Mismatch[]> {
  const recorded = JSON.parse(
    readFileSync(join(import.meta.dir, "recorded", `${scenario.name}.json`), "utf8"),
  ) as Answer[];
  const answers = await runScenario(scenario, address, nextMillisecond);
  return scenario.exchanges.flatMap((exchange, i) => {
    const expected = expectedOf(exchange, recorded[i] as Answer);
    const got = answers[i] as Answer;
    return Bun.deepEquals(expected, got) ? [] : [{ request: describe(exchange), expected, got }];
  });
}

/** What ends in the same millisecond has no order; between two requests to the real server there is always more. */
async function nextMillisecond(): Promise<void> {
  const now = Date.now();
  while (Date.now() === now) await new Promise((resolve) => setImmediate(resolve));
}

function expectedOf({ method, ours }: Exchange, recorded: Answer): Answer {
  if (ours === undefined) return recorded;
  const headers: Record<string, string> = ours.headers ?? {
    "cache-control": "no-store",
    "content-type": "application/json",
    vary: "Origin",
  };
  return { status: ours.status, headers, body: method === "HEAD" ? "" : ours.body };
}

function describe({ method, path, headers = [], body = "" }: Exchange): string {
  return [`${method} ${path}`, ...headers, body.slice(0, 200)].filter((part) => part !== "").join(" | ");
}
