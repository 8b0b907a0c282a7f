import { createMatcherParser, isValidLabelName } from "../../core/model/matcher-parse.ts";
import type { Matcher } from "../../core/model/matcher.ts";
import { ConfigError } from "../error.ts";
import { normalizeHttpUrl } from "../go-url.ts";
import { Secret } from "../secret.ts";
import { readMapping, readNamed, readScalar, readSecret, readSequence, refined } from "./reader.ts";
import { boolean, oneOf, path, promDuration, text } from "./values.ts";

/** Expects an alert every so often, and raises one when it stays away. */
export interface Expecting {
  readonly kind: "expect";
  /** Unique among all heartbeats. */
  readonly name: string;
  /** The alert it expects matches them all. */
  readonly matchers: readonly Matcher[];
  readonly matchersText: string;
  /** ms */
  readonly every: number;
  /** ms; how much later than that is not yet missing. */
  readonly grace: number;
  /** Of the alert it raises, beside its own. */
  readonly labels: Readonly<Record<string, string>>;
  readonly enabled: boolean;
}

/** Calls a URL every so often while all is well. */
export interface Sending {
  readonly kind: "send";
  readonly name: string;
  /** May be all it takes to be let in. Undefined: in the file. */
  readonly url: Secret | undefined;
  /** Read at each call; "" for none. */
  readonly urlFile: string;
  readonly method: "GET" | "POST";
  /** ms */
  readonly every: number;
  readonly enabled: boolean;
}

export type Heartbeat = Expecting | Sending;

/** A heartbeat as it is written down; what has no place in its kind is undefined or empty. */
export interface HeartbeatText {
  readonly name: string;
  readonly matchers: string;
  /** ms */
  readonly every: number;
  /** ms */
  readonly grace: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly url: Secret | undefined;
  readonly url_file: string;
  readonly method: "GET" | "POST";
  readonly enabled: boolean;
}

/** The alert raised for one that stays away. */
export const MISSING = "HeartbeatMissing";
/** ms; more often would be no heartbeat but a load. */
const SHORTEST = 1000;
const NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$/;

const PARSER = createMatcherParser("fallback", () => undefined);

/** What a heartbeat is unless it says otherwise. */
export const HEARTBEAT_DEFAULTS: HeartbeatText = {
  name: "",
  matchers: "",
  every: 0,
  grace: 30_000,
  labels: { severity: "critical" },
  url: undefined,
  url_file: "",
  method: "GET",
  enabled: true,
};

/** The key `heartbeats`. */
export const readHeartbeats = refined(
  readSequence(
    refined(
      readMapping<HeartbeatText>(HEARTBEAT_DEFAULTS, {
        name: readScalar(text),
        matchers: readScalar(text),
        every: readScalar(promDuration),
        grace: readScalar(promDuration),
        labels: refined(readNamed(readScalar(text)), (labels) => Object.fromEntries(labels)),
        url: readSecret((value) => new Secret(value)),
        url_file: readScalar(path),
        method: readScalar(oneOf("GET", "POST")),
        enabled: readScalar(boolean),
      }),
      (heartbeat, at) => {
        try {
          return heartbeatOf(heartbeat);
        } catch (error) {
          return at.fail((error as Error).message);
        }
      },
    ),
  ),
  (heartbeats, at) => {
    const names = new Set<string>();
    for (const { name } of heartbeats) {
      if (names.has(name)) at.fail(`${JSON.stringify(name)} is the name of two`);
      names.add(name);
    }
    return heartbeats;
  },
);

/** Relative files count from the directory. */
export function heartbeatSettings(
  heartbeats: readonly Heartbeat[],
  resolve: (file: string) => string,
): readonly Heartbeat[] {
  return heartbeats.map((one) =>
    one.kind === "send" ? Object.assign({}, one, { urlFile: resolve(one.urlFile) }) : one,
  );
}

/** What is wrong with a heartbeat: the key, and what was expected. Shows no URL. */
export class HeartbeatError extends Error {
  constructor(
    readonly key: keyof HeartbeatText,
    readonly problem: string,
  ) {
    super(`${key}: ${problem}`);
  }
}

/** @throws HeartbeatError */
export function heartbeatOf(text: HeartbeatText): Heartbeat {
  const { name, every, enabled, method, url, url_file: urlFile } = text;
  if (!NAME.test(name)) {
    const problem = `${JSON.stringify(name)} is not allowed: expected letters, digits, "_", "-" and ".", at most 63`;
    throw new HeartbeatError("name", problem);
  }
  if (!(every >= SHORTEST)) throw new HeartbeatError("every", "expected at least 1s");
  const sends = url !== undefined || urlFile !== "";
  if (sends === (text.matchers !== "")) {
    throw new HeartbeatError("matchers", "expected either matchers, of an alert to expect, or a URL to call");
  }
  if (!sends) return expecting(text);
  if (url !== undefined && urlFile !== "")
    throw new HeartbeatError("url_file", "given beside url; expected one of the two");
  if (url !== undefined) checkUrl(url.reveal());
  return { kind: "send", name, url, urlFile, method, every, enabled };
}

/** @throws HeartbeatError that does not show it */
function checkUrl(url: string): void {
  try {
    normalizeHttpUrl(url);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw new HeartbeatError("url", "expected an http or https URL with a host");
  }
}

function expecting({ name, matchers: matchersText, every, grace, labels, enabled }: HeartbeatText): Expecting {
  let matchers: readonly Matcher[];
  try {
    matchers = PARSER.parseMatchers(matchersText, "config");
  } catch (error) {
    throw new HeartbeatError("matchers", `${JSON.stringify(matchersText)}: ${(error as Error).message}`);
  }
  if (!matchers.some((matcher) => !matcher.matches(""))) {
    throw new HeartbeatError(
      "matchers",
      `${JSON.stringify(matchersText)} fits every alert; expected what names the one`,
    );
  }
  for (const [label, value] of Object.entries(labels)) {
    if (label === "alertname" || label === "heartbeat") {
      throw new HeartbeatError("labels", `${label} is not allowed: it is set already`);
    }
    if (!isValidLabelName("fallback", label) || value === "") {
      throw new HeartbeatError(
        "labels",
        `${JSON.stringify(label)} is not allowed: expected a label's name and a value`,
      );
    }
  }
  return { kind: "expect", name, matchers, matchersText, every, grace, labels, enabled };
}
