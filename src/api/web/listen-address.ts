/** A `--web.listen-address` that cannot be listened on; the text is upstream's. */
export class ListenError extends Error {
  constructor(address: string, reason: string) {
    super(`alertmanager/app: listen ${JSON.stringify(address)}: ${reason}`);
  }
}

export interface ListenAddress {
  /** As given. */
  readonly text: string;
  /** Empty for every interface. */
  readonly host: string;
  /** 0 for any free one. */
  readonly port: number;
}

const SERVICES: Readonly<Record<string, number>> = { http: 80, https: 443 };

/**
 * Reads `host:port` as Go's `net.Listen` does.
 *
 * @throws ListenError
 */
export function parseListenAddress(text: string): ListenAddress {
  const fail = (reason: string): never => {
    throw new ListenError(text, `listen tcp: ${reason}`);
  };
  const colon = text.lastIndexOf(":");
  if (colon < 0) return fail(`address ${text}: missing port in address`);
  let host = text.slice(0, colon);
  if (host.startsWith("[")) {
    if (!host.endsWith("]")) return fail(`address ${text}: missing port in address`);
    host = host.slice(1, -1);
  } else if (host.includes(":")) return fail(`address ${text}: too many colons in address`);
  const service = text.slice(colon + 1);
  if (!/^\d*$/.test(service)) {
    const known = SERVICES[service];
    return known === undefined ? fail(`lookup tcp/${service}: unknown port`) : { text, host, port: known };
  }
  const port = Number(service);
  if (port > 65_535) return fail(`address ${service}: invalid port`);
  return { text, host, port };
}

/** `host:port` as Go prints an address, IPv6 in brackets. */
export function joinHostPort(host: string, port: number): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}
