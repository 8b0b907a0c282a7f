import { readFile } from "node:fs/promises";
import type { ConnectionOptions } from "node:tls";
import type { TlsSettings } from "../../config/plus/tls.ts";
import { systemRoots } from "../../notify/http/system-roots.ts";

/**
 * What `tls.connect` needs. The files are read again each time, so that certificates may be renewed.
 * @throws Error naming a file that cannot be read
 */
export async function tlsOptions(settings: TlsSettings): Promise<ConnectionOptions> {
  const { ca_file, cert_file, key_file, server_name, insecure_skip_verify } = settings;
  return {
    ca: ca_file === "" ? [...systemRoots()] : await readFile(ca_file, "utf8"),
    ...(cert_file === "" ? {} : { cert: await readFile(cert_file, "utf8"), key: await readFile(key_file, "utf8") }),
    ...(server_name === "" ? {} : { servername: server_name }),
    rejectUnauthorized: !insecure_skip_verify,
  };
}
