import { isIP } from "node:net";
import type { PeerCertificate } from "node:tls";

/**
 * Judges a server's certificate as Go does, name first, and gives Go's text; undefined when it may be trusted.
 *
 * @param chainError the code of what the TLS library found wrong with the chain
 * @param now ms
 */
export function peerFault(
  certificate: PeerCertificate,
  serverName: string,
  chainError: string | undefined,
  now: number,
): string | undefined {
  const fault = periodFault(certificate, now) ?? nameFault(certificate, serverName) ?? chainFault(chainError);
  return fault === undefined ? undefined : `tls: failed to verify certificate: x509: ${fault}`;
}

function rfc3339(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, "Z");
}

function periodFault(certificate: PeerCertificate, now: number): string | undefined {
  const from = Date.parse(certificate.valid_from);
  const to = Date.parse(certificate.valid_to);
  const prefix = `certificate has expired or is not yet valid: current time ${rfc3339(now)} is`;
  if (now < from) return `${prefix} before ${rfc3339(from)}`;
  if (now > to) return `${prefix} after ${rfc3339(to)}`;
  return undefined;
}

interface Names {
  readonly dns: readonly string[];
  readonly ips: readonly string[];
}

function namesOf(certificate: PeerCertificate): Names {
  const entries = (certificate.subjectaltname ?? "").split(", ");
  const of = (kind: string) => entries.filter((e) => e.startsWith(kind)).map((e) => e.slice(kind.length));
  return { dns: of("DNS:"), ips: of("IP Address:") };
}

function nameFault(certificate: PeerCertificate, host: string): string | undefined {
  const { dns, ips } = namesOf(certificate);
  if (isIP(host) !== 0) {
    const wanted = canonicalIp(host);
    if (ips.some((ip) => canonicalIp(ip) === wanted)) return undefined;
  } else if (dns.some((pattern) => matchesName(pattern, host))) {
    return undefined;
  }
  const commonName = [certificate.subject?.CN ?? ""].flat()[0] ?? "";
  if (!certificate.subjectaltname && matchesName(commonName, host)) {
    return "certificate relies on legacy Common Name field, use SANs instead";
  }
  if (isIP(host) !== 0 && ips.length === 0) {
    return `cannot validate certificate for ${host} because it doesn't contain any IP SANs`;
  }
  const valid = isIP(host) === 0 ? dns : ips;
  if (valid.length === 0) return `certificate is not valid for any names, but wanted to match ${host}`;
  return `certificate is valid for ${valid.join(", ")}, not ${host}`;
}

function canonicalIp(ip: string): string {
  return isIP(ip) === 6 ? new URL(`http://[${ip}]`).hostname : ip;
}

/** A `*` stands for the whole first label only. */
function matchesName(pattern: string, host: string): boolean {
  const wanted = host.toLowerCase().replace(/\.$/, "").split(".");
  const given = pattern.toLowerCase().replace(/\.$/, "").split(".");
  if (pattern === "" || given.length !== wanted.length) return false;
  return given.every((label, i) => (i === 0 && label === "*" ? wanted.length > 1 : label === wanted[i]));
}

function chainFault(code: string | undefined): string | undefined {
  if (code === undefined) return undefined;
  // Judged above, in Go's way.
  if (code === "ERR_TLS_CERT_ALTNAME_INVALID") return undefined;
  return code === "INVALID_PURPOSE"
    ? "certificate specifies an incompatible key usage"
    : "certificate signed by unknown authority";
}
