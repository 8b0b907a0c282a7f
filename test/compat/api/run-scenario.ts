import type { Answer, Exchange, Scenario } from "./exchange.ts";
import { exchangeRaw, rawRequest, type RawResponse } from "./raw-http.ts";

/** Headers that say something about the answer; Content-Length and the like say how it was sent. */
const COMPARED: ReadonlySet<string> = new Set([
  "content-type",
  "content-encoding",
  "cache-control",
  "vary",
  "allow",
  "location",
  "x-content-type-options",
  "www-authenticate",
  "access-control-allow-origin",
  "access-control-allow-methods",
  "access-control-allow-headers",
]);

/** What closing the connection without an answer is written as. */
const CLOSED: Answer = { status: 0, headers: {}, body: "" };

/**
 * Sends a scenario's requests to a server just started, one after the other.
 *
 * @param settle waits until what was sent has taken effect, where the server answers before that
 */
export async function runScenario(
  scenario: Scenario,
  address: { readonly host: string; readonly port: number },
  settle: () => Promise<void> = () => Promise.resolve(),
): Promise<Answer[]> {
  const ids: string[] = [];
  const answers: Answer[] = [];
  for (const exchange of scenario.exchanges) {
    const response = await exchangeRaw(address.host, address.port, encode(exchange, ids));
    answers.push(response === undefined ? CLOSED : normalise(response, ids));
    if (exchange.method !== "GET") await settle();
  }
  return answers;
}

function encode({ method, path, headers = [], body, latin1 }: Exchange, ids: readonly string[]): Uint8Array {
  const text = body === undefined ? undefined : fill(body, ids);
  const bytes = text === undefined ? undefined : Buffer.from(text, latin1 ? "latin1" : "utf8");
  return rawRequest(method, fill(path, ids), headers, bytes);
}

function fill(text: string, ids: readonly string[]): string {
  return text
    .replace(/\{\{id:(\d+)\}\}/g, (_, index: string) => ids[Number(index)] ?? "no-such-id")
    .replace(/\{\{([+-]\d+)\}\}/g, (_, seconds: string) =>
      new Date((Math.floor(Date.now() / 1000) + Number(seconds)) * 1000).toISOString().replace(".000", ""),
    );
}

function normalise({ status, headers, body }: RawResponse, ids: string[]): Answer {
  const kept = headers.filter(([name]) => COMPARED.has(name)).sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    status,
    headers: Object.fromEntries(kept.map(([n, v]) => [n, sortMethods(n, v)])),
    body: settled(body, ids),
  };
}

/** The API lists the methods it allows in no order. */
function sortMethods(name: string, value: string): string {
  return name === "allow" ? value.split(/, ?/).sort().join(", ") : value;
}

const UUID = /\b[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\b/g;
const TIME = /\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}(?:Z|[+-]\d\d:\d\d)/g;
const NEAR_SECONDS = 2 * 24 * 3600;

function settled(body: string, ids: string[]): string {
  return body
    .replace(
      /(method \w+ is not allowed, but )\[([A-Z,]+)\]/,
      (_, start: string, methods: string) => `${start}[${methods.split(",").sort().join(",")}]`,
    )
    .replace(/("silenceID":")([^"]+)/, (_, start: string, id: string) => {
      if (!ids.includes(id)) ids.push(id);
      return start + id;
    })
    .replace(UUID, (id) => (ids.includes(id) ? `<id:${ids.indexOf(id)}>` : id))
    .replace(TIME, (time) => {
      const seconds = (Date.parse(time) - Date.now()) / 1000;
      // To ten seconds: what is said of the present moment must not depend on the machine's speed.
      return Math.abs(seconds) > NEAR_SECONDS ? time : `<now${signed(Math.round(seconds / 10) * 10)}>`;
    })
    .replace(/"versionInfo":\{[^}]*\}/, '"versionInfo":<version>')
    .replace(/"original":"(?:[^"\\]|\\.)*"/, '"original":<config>');
}

function signed(seconds: number): string {
  return seconds === 0 ? "" : seconds > 0 ? `+${seconds}` : String(seconds);
}
