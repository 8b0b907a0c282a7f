import type { TLSSocket } from "node:tls";
import { subjectAltNames } from "./subject-alt-names.ts";
import type { TLSSettings } from "./tls-settings.ts";

/**
 * Looks at the client's certificate once the handshake, which lets everybody through, is done (spec §2.10).
 *
 * @returns why the client is sent away, undefined when it may stay
 */
export function refusal(socket: TLSSocket, settings: TLSSettings): string | undefined {
  const { clientAuth, allowedSans } = settings;
  if (!clientAuth.asked) return undefined;
  const der = socket.getPeerCertificate()?.raw;
  if (der === undefined) {
    // Without a certificate there is no name to allow: upstream panics here, which ends the connection too.
    return clientAuth.required || allowedSans !== undefined ? "tls: client didn't provide a certificate" : undefined;
  }
  if (clientAuth.verified && (settings.withoutCAs || !socket.authorized)) {
    return `tls: failed to verify certificate: x509: ${reasonOf(socket, settings)}`;
  }
  if (allowedSans === undefined || subjectAltNames(der).some((name) => allowedSans.includes(name))) return undefined;
  return `could not find allowed SANs in client cert, found: [${allowedSans.join(" ")}]`;
}

/**
 * The names in a client's certificate, alternative ones first; [] where it has shown none, or none that was verified: of such
 * a one everybody can make what they like.
 */
export function certificateNames(socket: TLSSocket, { clientAuth, withoutCAs }: TLSSettings): readonly string[] {
  if (!clientAuth.verified || withoutCAs || !socket.authorized) return [];
  const { raw, subject } = socket.getPeerCertificate() ?? {};
  if (raw === undefined) return [];
  const common: unknown = subject?.CN;
  return [...subjectAltNames(raw), ...(typeof common === "string" ? [common] : [])];
}

const REASONS: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: "certificate has expired or is not yet valid",
  CERT_NOT_YET_VALID: "certificate has expired or is not yet valid",
  INVALID_PURPOSE: "certificate specifies an incompatible key usage",
};

function reasonOf(socket: TLSSocket, { withoutCAs }: TLSSettings): string {
  const code = withoutCAs ? "" : String(socket.authorizationError);
  return REASONS[code] ?? "certificate signed by unknown authority";
}
