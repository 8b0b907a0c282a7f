import { readFileSync } from "node:fs";
import type { PostgresSettings } from "../../config/plus/postgres.ts";

/** Where the database is and who we are to it. */
export interface Place extends Pick<
  PostgresSettings,
  "servers" | "user" | "database" | "password" | "password_file" | "tls"
> {
  /** Who we are, as the database's administrators see it. */
  readonly application: string;
}

export type Server = Place["servers"][number];

/** `host:port,host:port/database`, for errors. */
export function describe({ servers, database }: Place): string {
  const hosts = servers.map(({ host, port }) => `${host.includes(":") ? `[${host}]` : host}:${port}`);
  return `Postgres at ${hosts.join(",")}/${database}`;
}

/** @throws Error naming the file when it cannot be read */
export function readPassword({ password, password_file }: Place): string {
  if (password_file !== "") return readText(password_file).replace(/\r?\n$/, "");
  return password?.reveal() ?? "";
}

/**
 * What TLS needs, its files as they are now; false for none.
 *
 * @throws Error naming a file that cannot be read
 */
export function tlsOptions({ tls }: Place, { host }: Server): TlsOptions | false {
  if (tls === undefined) return false;
  const name = tls.server_name === "" ? host : tls.server_name;
  return {
    ...(tls.ca_file === "" ? {} : { ca: readText(tls.ca_file) }),
    ...(tls.cert_file === "" ? {} : { cert: readText(tls.cert_file), key: readText(tls.key_file) }),
    rejectUnauthorized: !tls.insecure_skip_verify,
    host: name,
    // An address is no name a server could be asked for.
    ...(/^[0-9.]+$|:/.test(name) ? {} : { servername: name }),
  };
}

interface TlsOptions {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly rejectUnauthorized: boolean;
  readonly host: string;
  readonly servername?: string;
}

function readText(file: string): string {
  return readFileSync(file, "utf8");
}
