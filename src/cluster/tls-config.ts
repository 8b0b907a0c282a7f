import { readFileSync } from "node:fs";
import { dirname, isAbsolute, join } from "node:path/posix";
import { decodeWebFile, resolveServerPaths, tlsServerConfig, type TLSServerConfig } from "../api/web/config.ts";
import { optional } from "../config/schema/collections.ts";
import { struct } from "../config/schema/struct.ts";
import { tlsConfig } from "../config/tls-config.ts";
import type { TlsConfig } from "../config/types.ts";
import { openError } from "../core/text/errno.ts";

/** The file of `--cluster.tls-config`, relative paths resolved against its directory. */
export interface TLSTransportConfig {
  readonly tls_server_config: TLSServerConfig;
  readonly tls_client_config: TlsConfig;
}

const transportConfig = struct<{
  tls_server_config: TLSServerConfig | undefined;
  tls_client_config: TlsConfig | undefined;
}>({
  name: "cluster.TLSTransportConfig",
  fields: { tls_server_config: optional(tlsServerConfig), tls_client_config: optional(tlsConfig) },
});

/** @throws Error in upstream's words */
export function readTLSTransportConfig(path: string): TLSTransportConfig {
  let source: Uint8Array;
  try {
    source = readFileSync(path);
  } catch (e) {
    throw new Error(openError(path, e), { cause: e });
  }
  const { tls_server_config: server, tls_client_config: client } = decodeWebFile(source, {
    ...transportConfig,
    // A client's section that is not there is an empty one; one that is null is missing.
    zero: () => ({ tls_server_config: undefined, tls_client_config: tlsConfig.zero() }),
  });
  if (server === undefined) throw new Error("missing 'tls_server_config' entry in the TLS configuration");
  if (client === undefined) throw new Error("missing 'tls_client_config' entry in the TLS configuration");
  const directory = dirname(path);
  const resolve = (file: string) => (file === "" || isAbsolute(file) ? file : join(directory, file));
  return {
    tls_server_config: resolveServerPaths(server, directory),
    tls_client_config: {
      ...client,
      ca_file: resolve(client.ca_file),
      cert_file: resolve(client.cert_file),
      key_file: resolve(client.key_file),
    },
  };
}
