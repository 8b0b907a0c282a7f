import { isAbsolute, join } from "node:path/posix";
import type { ConfigFile } from "./file.ts";
import { INTEGRATION_KEYS } from "./receivers/index.ts";
import type { Mutable } from "./schema/struct.ts";
import type { HttpConfig, TlsConfig } from "./types.ts";

/**
 * Resolves relative paths against the file's directory where upstream does: templates, the files of `http_config`
 * (not of an incidentio item's own) and the event recorder's (spec §4.1). A setting that several share is resolved once.
 */
export function resolvePaths(file: ConfigFile, baseDir: string): void {
  const resolver = new PathResolver(baseDir);
  file.templates = file.templates.map((path) => resolver.path(path));
  resolver.http(file.global?.http_config);
  for (const receiver of file.receivers) {
    for (const key of INTEGRATION_KEYS) {
      if (key === "email_configs" || key === "incidentio_configs") continue;
      for (const item of receiver[key]) resolver.http(item?.http_config);
    }
  }
  const { file_outputs, webhook_outputs, kafka_outputs } = file.event_recorder;
  for (const output of file_outputs) (output as Mutable<typeof output>).path = resolver.path(output.path);
  for (const output of webhook_outputs) resolver.http(output.http_config);
  for (const output of kafka_outputs) resolver.tls(output.tls_config);
}

/** The same for an `http_config` in a file of its own. */
export function resolveHttpPaths(http: HttpConfig, baseDir: string): void {
  new PathResolver(baseDir).http(http);
}

class PathResolver {
  readonly #resolved = new Set<object>();
  readonly #baseDir: string;

  constructor(baseDir: string) {
    this.#baseDir = baseDir;
  }

  path(path: string): string {
    if (path === "" || isAbsolute(path)) return path;
    const joined = join(this.#baseDir, path);
    return joined.length > 1 ? joined.replace(/\/$/, "") : joined;
  }

  http(http: HttpConfig | undefined): void {
    if (http === undefined) return;
    this.tls(http.tls_config);
    this.#keys(http.basic_auth, "password_file", "username_file");
    this.#keys(http.authorization, "credentials_file");
    this.#keys(http.oauth2, "client_secret_file");
    this.tls(http.oauth2?.tls_config);
    this.#keys(http, "bearer_token_file");
    for (const header of Object.values(http.http_headers ?? {})) {
      if (!this.#isNew(header)) continue;
      (header as Mutable<typeof header>).files = header.files.map((path) => this.path(path));
    }
  }

  tls(tls: TlsConfig | undefined): void {
    this.#keys(tls, "ca_file", "cert_file", "key_file");
  }

  #keys<T extends object>(value: T | undefined, ...keys: (keyof T)[]): void {
    if (value === undefined || !this.#isNew(value)) return;
    for (const key of keys) value[key] = this.path(value[key] as string) as T[keyof T];
  }

  #isNew(value: object): boolean {
    if (this.#resolved.has(value)) return false;
    this.#resolved.add(value);
    return true;
  }
}
