import { goQuote } from "../../core/model/goquote.ts";
import type { GlobalFile } from "../global.ts";
import { canonicalHeaderName } from "../http-headers.ts";
import { optional, refuse, stringMap } from "../schema/collections.ts";
import { hostPort, secret } from "../schema/go-types.ts";
import { bool, string } from "../schema/scalars.ts";
import { struct } from "../schema/struct.ts";
import { tlsConfig } from "../tls-config.ts";
import type { EmailConfig, EmailThreading } from "./types.ts";
import type { StringMap } from "../types.ts";
import { notifierFields, template, type FileOf, type Integration } from "./integration.ts";

export type EmailFile = FileOf<EmailConfig, "smarthost" | "require_tls">;

const threading = struct<EmailThreading>({
  name: "config.ThreadingConfig",
  fields: { enabled: bool, thread_by_date: string },
});

export const email: Integration<EmailFile> = {
  goName: "config.EmailConfig",
  missing: "missing email config",
  type: struct<EmailFile>({
    name: "config.EmailConfig",
    fields: {
      ...notifierFields,
      to: string,
      from: string,
      hello: string,
      smarthost: hostPort,
      auth_username: string,
      auth_password: secret,
      auth_password_file: string,
      auth_secret: secret,
      auth_secret_file: string,
      auth_identity: string,
      headers: stringMap,
      html: string,
      text: string,
      require_tls: optional(bool),
      tls_config: optional(tlsConfig),
      force_implicit_tls: optional(bool),
      threading,
    },
    defaults: () => ({ html: template("email.default.html") }),
    validate(item) {
      if (item.to === "") refuse("missing to address in email config");
      item.headers = canonicalHeaders(item.headers);
      if (item.threading.enabled) checkThreading(item.headers, item.threading);
    },
  }),
  inherit,
};

function canonicalHeaders(headers: StringMap): StringMap {
  const canonical: Record<string, string> = Object.create(null);
  for (const [given, value] of Object.entries(headers)) {
    const name = canonicalHeaderName(given);
    if (name in canonical) refuse(`duplicate header ${goQuote(name)} in email config`);
    canonical[name] = value;
  }
  return canonical;
}

function checkThreading(headers: StringMap, { thread_by_date }: EmailThreading): void {
  for (const name of ["References", "In-Reply-To"]) {
    if (name in headers) {
      refuse(`conflicting configuration: threading.enabled conflicts with custom ${name} header`);
    }
  }
  if (thread_by_date !== "none" && thread_by_date !== "daily") {
    refuse("threading.thread_by_date must be either 'none' or 'daily'");
  }
}

function inherit(item: EmailFile, global: GlobalFile): void {
  item.tls_config ??= global.smtp_tls_config;
  item.smarthost ??= global.smtp_smarthost;
  if (item.smarthost === undefined) refuse("no global SMTP smarthost set");
  item.from ||= global.smtp_from;
  if (item.from === "") refuse("no global SMTP from set");
  item.hello ||= global.smtp_hello;
  item.auth_username ||= global.smtp_auth_username;
  if (item.auth_password === undefined && item.auth_password_file === "") {
    item.auth_password = global.smtp_auth_password;
    item.auth_password_file = global.smtp_auth_password_file;
  }
  if (item.auth_secret === undefined && item.auth_secret_file === "") {
    item.auth_secret = global.smtp_auth_secret;
    item.auth_secret_file = global.smtp_auth_secret_file;
  }
  item.auth_identity ||= global.smtp_auth_identity;
  item.require_tls ??= global.smtp_require_tls;
  item.force_implicit_tls ??= global.smtp_force_implicit_tls;
}

/**
 * The headers with those that upstream's sender adds when it is built: they show in the printed configuration of
 * receivers in use from then on (spec §4.5).
 */
export function headersInUse(item: Pick<EmailFile, "headers" | "to" | "from">): StringMap {
  const added = { Subject: template("email.default.subject"), To: item.to, From: item.from };
  return Object.assign(Object.create(null) as Record<string, string>, added, item.headers);
}
