import type { TLSSocket } from "node:tls";
import { subjectAltNames } from "./subject-alt-names.ts";
import type { ClientAuthType, WebTLSConfig } from "./web-config.ts";

/** Whether the client is asked for a certificate at all. */
export function asksForCertificate(type: ClientAuthType): boolean {
  return type !== "" && type !== "NoClientCert";
}

/**
 * Looks at the certificate after the handshake, which lets every client through (spec §2.10).
 *
 * @returns why the client is sent away, undefined when it may stay
 */
export function refusal(socket: TLSSocket, config: WebTLSConfig): string | undefined {
  const type = config.client_auth_type;
  if (!asksForCertificate(type)) return undefined;
  const der = socket.getPeerCertificate()?.raw;
  if (der === undefined) {
    const required = type !== "RequestClientCert" && type !== "VerifyClientCertIfGiven";
    if (required) return "client didn't provide a certificate";
    // Without a certificate there is no name to allow.
    return config.client_allowed_sans === undefined ? undefined : "client didn't provide a certificate to find SANs in";
  }
  const verified = type === "VerifyClientCertIfGiven" || type === "RequireAndVerifyClientCert";
  if (verified && !socket.authorized) {
    return `failed to verify certificate: ${String(socket.authorizationError)}`;
  }
  const allowed = config.client_allowed_sans;
  if (allowed === undefined || subjectAltNames(der).some((name) => allowed.includes(name))) return undefined;
  return `could not find allowed SANs in client cert, found: [${allowed.join(" ")}]`;
}
