import { goQuote } from "../../core/model/goquote.ts";
import { withoutPassword, type GoUrl } from "./url.ts";

/** A request that got no answer, worded as Go's *url.Error: `Post "URL": REASON`. */
export class RequestError extends Error {
  constructor(
    /** `Post`, `Get`, `parse`, … */
    readonly op: string,
    url: string,
    readonly inner: string,
  ) {
    super(`${op} ${goQuote(url)}: ${inner}`);
  }

  /** The message without the URL, which may hold a secret. */
  get redacted(): string {
    return `${this.op} "<redacted>": ${this.inner}`;
  }
}

/** Wraps what went wrong below the request. */
export function requestError(method: string, url: GoUrl, cause: unknown): RequestError {
  const op = method.slice(0, 1) + method.slice(1).toLowerCase();
  return new RequestError(op, withoutPassword(url), cause instanceof Error ? cause.message : String(cause));
}

/** A cause of an abort whose message stands in for Go's context error. */
export class TimeoutCause extends Error {}

/** Go's words for why a signal has ended: a deadline, a stop, or the cause given (a TimeoutCause). */
export function contextError(signal: AbortSignal): Error {
  const reason: unknown = signal.reason;
  if (reason instanceof TimeoutCause) return reason;
  const deadline = reason instanceof Error && reason.name === "TimeoutError";
  return new Error(deadline ? "context deadline exceeded" : "context canceled");
}

// BoringSSL names an alert it received `TLSV1_ALERT_…` or `SSLV3_ALERT_…`; Go has its own words for each.
const ALERTS: Readonly<Record<string, string>> = {
  PROTOCOL_VERSION: "protocol version not supported",
  CERTIFICATE_REQUIRED: "certificate required",
  BAD_CERTIFICATE: "bad certificate",
  UNKNOWN_CA: "unknown certificate authority",
  CERTIFICATE_UNKNOWN: "unknown certificate",
  CERTIFICATE_EXPIRED: "expired certificate",
  CERTIFICATE_REVOKED: "revoked certificate",
  HANDSHAKE_FAILURE: "handshake failure",
  UNRECOGNIZED_NAME: "unrecognized name",
  INTERNAL_ERROR: "internal error",
  ACCESS_DENIED: "access denied",
  DECRYPT_ERROR: "error decrypting message",
  DECODE_ERROR: "error decoding message",
  ILLEGAL_PARAMETER: "illegal parameter",
  INSUFFICIENT_SECURITY: "insufficient security level",
  NO_APPLICATION_PROTOCOL: "no application protocol",
  UNSUPPORTED_CERTIFICATE: "unsupported certificate",
};

export const NOT_TLS = "tls: first record does not look like a TLS handshake";

/** The text of a TLS failure as Go would put it, or undefined where the error is not one of TLS. */
export function tlsErrorText(error: Error): string | undefined {
  const code = "code" in error ? String(error.code) : "";
  const alert = /(?:TLSV1|SSLV3)_ALERT_(\w+)$/.exec(code)?.[1];
  if (alert !== undefined) return `remote error: tls: ${ALERTS[alert] ?? alert.toLowerCase().replaceAll("_", " ")}`;
  if (code.endsWith("WRONG_VERSION_NUMBER")) return NOT_TLS;
  if (error.message.endsWith("NO_SUPPORTED_VERSIONS_ENABLED")) {
    return "tls: no supported versions satisfy MinVersion and MaxVersion";
  }
  if (code.endsWith("UNSUPPORTED_PROTOCOL")) return "tls: server selected unsupported protocol version";
  return /^ERR_(?:SSL|OSSL|TLS|BORINGSSL)/.test(code) ? `tls: ${error.message}` : undefined;
}

/** `PREFIX: CAUSE`, Go's way of adding what was being done to what went wrong. */
export function wrapError(prefix: string, cause: unknown): Error {
  return new Error(`${prefix}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
}
