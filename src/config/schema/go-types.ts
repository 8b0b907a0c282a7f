import { formatGoDuration, formatPromDuration, parseGoDuration, parsePromDuration } from "../../core/model/duration.ts";
import { goQuote } from "../../core/model/goquote.ts";
import { compileAnchored } from "../../core/model/regex.ts";
import { ConfigError } from "../error.ts";
import { normalizeHttpUrl, normalizeUrl, redactUrl } from "../go-url.ts";
import { formatHostPort, parseHostPort } from "../host-port.ts";
import { HIDDEN, Secret } from "../secret.ts";
import type { HostPort, TlsVersion } from "../types.ts";
import { encodeString, NULL } from "../yaml/encode.ts";
import { converted } from "./collections.ts";
import { string, stringNamed } from "./scalars.ts";
import type { Type } from "./type.ts";

const isUndefined = (value: unknown) => value === undefined;

function encodeHidden(value: Secret | undefined) {
  return value === undefined || value.reveal() === "" ? NULL : encodeString(HIDDEN);
}

/** A secret that is unset when empty. */
export const secret: Type<Secret | undefined> = converted(stringNamed("config.plain"), {
  goName: "config.Secret",
  ofText: (text) => new Secret(text),
  zero: () => undefined,
  convert: (text) => (text === "" ? undefined : new Secret(text)),
  isZero: isUndefined,
  encode: encodeHidden,
});

/** Go's pointer to a secret: set even when empty. */
export const secretPointer: Type<Secret | undefined> = converted(stringNamed("config.plain"), {
  goName: "*config.Secret",
  zero: () => undefined,
  convert: (text) => new Secret(text),
  isZero: isUndefined,
  encode: encodeHidden,
});

/** An item of a list of secrets. */
export const secretItem: Type<Secret> = {
  ...converted<string, Secret>(stringNamed("config.plain"), {
    goName: "config.Secret",
    ofText: (text) => new Secret(text),
    zero: () => new Secret(""),
    convert: (text) => new Secret(text),
    isZero: () => false,
    encode: encodeHidden,
  }),
};

/** An http or https URL with a host. */
export const url: Type<string | undefined> = converted(string, {
  goName: "*common.URL",
  zero: () => undefined,
  convert: normalizeHttpUrl,
  isZero: isUndefined,
  encode: (value) => (value === undefined ? NULL : encodeString(value)),
});

/** As `url`, hidden. The text `<secret>`, as a marshalled configuration has it, is read as an empty URL. */
export const secretUrl: Type<Secret | undefined> = converted(string, {
  goName: "*common.SecretURL",
  zero: () => undefined,
  convert: (text) => new Secret(text === HIDDEN ? "" : normalizeHttpUrl(text)),
  isZero: isUndefined,
  encode: (value) => (value === undefined ? NULL : encodeString(HIDDEN)),
});

/** A URL, or a template of one, hidden (spec §4.5, webhook). */
export const secretTemplateUrl: Type<Secret | undefined> = converted(stringNamed("common.plain"), {
  goName: "common.SecretTemplateURL",
  ofText: (text) => new Secret(text),
  zero: () => undefined,
  convert(text, decoder) {
    if (text === "") return undefined;
    if (text !== HIDDEN && text.includes("{{")) {
      checked("invalid template syntax", () => decoder.context.checkTemplate(text));
    } else if (text !== HIDDEN) {
      checked("invalid URL", () => normalizeHttpUrl(text));
    }
    return new Secret(text);
  },
  isZero: isUndefined,
  encode: encodeHidden,
});

/** Runs a check; what it throws is refused with `context: ` before it. */
export function checked(context: string, check: () => void): void {
  try {
    check();
  } catch (error) {
    throw new ConfigError(`${context}: ${(error as Error).message}`);
  }
}

/** A proxy's URL: of any scheme, only its password hidden. */
export const proxyUrl: Type<Secret | undefined> = converted(string, {
  goName: "config.URL",
  zero: () => undefined,
  convert: (text) => new Secret(normalizeUrl(text)),
  isZero: isUndefined,
  encode: (value) => (value === undefined ? NULL : encodeString(redactUrl(value.reveal()))),
});

/** A Prometheus duration in ms. */
export const promDuration: Type<number> = converted(string, {
  goName: "model.Duration",
  ofText: parsePromDuration,
  zero: () => 0,
  convert: parsePromDuration,
  isZero: (value) => value === 0,
  encode: (value) => encodeString(formatPromDuration(value)),
});

/** A Go duration in ms that takes no bare number (pushover). */
export const textDuration: Type<number> = {
  name: "pushover.duration",
  ofText: parseGoDuration,
  zero: () => 0,
  decode(node, _, decoder) {
    if (node.kind !== "scalar") return decoder.mismatch(node, "pushover.duration");
    return decoder.resolve(node).value === null ? 0 : parseGoDuration(node.value);
  },
  isZero: (value) => value === 0,
  encode: (value) => encodeString(formatGoDuration(value)),
};

const TLS_VERSIONS: ReadonlySet<string> = new Set<TlsVersion>(["TLS10", "TLS11", "TLS12", "TLS13"]);

export const tlsVersion: Type<TlsVersion | undefined> = converted(string, {
  goName: "config.TLSVersion",
  zero: () => undefined,
  convert(text) {
    if (!TLS_VERSIONS.has(text)) throw new ConfigError(`unknown TLS version: ${text}`);
    return text as TlsVersion;
  },
  isZero: isUndefined,
  encode: (value) => (value === undefined ? NULL : encodeString(value)),
});

/** `host:port`; undefined for the empty string. */
export const hostPort: Type<HostPort | undefined> = converted(string, {
  goName: "config.HostPort",
  zero: () => undefined,
  convert: (text) => (text === "" ? undefined : parseHostPort(text)),
  isZero: isUndefined,
  encode: (value) => encodeString(value === undefined ? "" : formatHostPort(value)),
});

/** The text of a regular expression that compiles; undefined for null. */
export const regexpText: Type<string | undefined> = converted(string, {
  goName: "common.Regexp",
  zero: () => undefined,
  convert(text) {
    compileAnchored(text);
    return text;
  },
  isZero: isUndefined,
  encode: (value) => (value === undefined || value === "" ? NULL : encodeString(value)),
});

/** The name of a label as a map's key. */
export const labelName: Type<string> = converted(string, {
  goName: "model.LabelName",
  ofText: (text) => text,
  zero: () => "",
  convert(text) {
    if (text === "" || !text.isWellFormed()) throw new ConfigError(`${goQuote(text)} is not a valid label name`);
    return text;
  },
  isZero: (value) => value === "",
  encode: encodeString,
});
