import { NO_TLS_CONFIG } from "../config/no-tls-config.ts";
import { randomBytes } from "node:crypto";
import { hostname } from "node:os";
import type { EmailConfig } from "../config/receivers/types.ts";
import type { AlertPublisher } from "../core/interfaces/publishing.ts";
import type { Socket } from "node:net";
import { headersInUse } from "../config/receivers/email.ts";
import { goQuote } from "../core/model/goquote.ts";
import type { Notification } from "../core/model/notification.ts";
import type { TemplateData } from "../template/index.ts";
import { failedResult, groupKeyHash, templateData } from "./attempt.ts";
import type { ReceiverDeps } from "./deps.ts";
import { dialTcp, startTls } from "./http/dial.ts";
import { wrapError } from "./http/errors.ts";
import { createTlsClient, type TlsSettings } from "./http/tls.ts";
import { parseAddressList } from "./smtp/address.ts";
import { chooseAuth } from "./smtp/auth.ts";
import { SmtpClient } from "./smtp/client.ts";
import { encodeHeader, quotedPrintable } from "./smtp/encoding.ts";
import { PublishError } from "./status.ts";

/** Sends a notification as e-mail, over a connection of its own (spec §10.19). */
export function createEmail(config: EmailConfig, deps: ReceiverDeps): AlertPublisher {
  const sender: Sender = { config, deps, host: hostname() || "localhost.localdomain" };
  return {
    type: "email",
    async publish(notification, signal) {
      try {
        await deliver(sender, notification, signal);
        return { ok: true };
      } catch (error) {
        return failedResult(error);
      }
    },
  };
}

interface Sender {
  readonly config: EmailConfig;
  readonly deps: ReceiverDeps;
  /** This machine's name. */
  readonly host: string;
}

/** What fails in the exchange with the server is worth another try. */
async function retrying<T>(what: string, step: Promise<T>): Promise<T> {
  try {
    return await step;
  } catch (error) {
    throw new PublishError(`${what}: ${(error as Error).message}`, true);
  }
}

async function deliver(sender: Sender, notification: Notification, signal: AbortSignal): Promise<void> {
  const { config, deps } = sender;
  const log = deps.log.with({ integration: "email" });
  const { host, port } = config.smarthost;
  const implicit = config.force_implicit_tls ?? port === "465";
  const socket = await connect(config, implicit, signal);
  const client = await retrying("create SMTP client", SmtpClient.open(socket, host, implicit, signal));
  let delivered = false;
  try {
    if (config.hello !== "") await retrying("send EHLO command", client.hello(config.hello));
    if (config.require_tls && !implicit) await secure(client, config);
    const mechanisms = await client.extension("AUTH");
    if (mechanisms !== undefined) await authenticate(client, config, mechanisms, log);
    await send(client, sender, notification);
    delivered = true;
  } finally {
    await client.quit().catch((error: Error) => {
      if (delivered) log.warn("failed to close SMTP connection", { err: error.message });
    });
    client.destroy();
  }
}

async function connect(config: EmailConfig, implicit: boolean, signal: AbortSignal): Promise<Socket> {
  const { host, port } = config.smarthost;
  if (!implicit) return retrying("establish connection to server", dialTcp(host, port, signal));
  const settings = tlsSettings(config);
  const secured = dialTcp(host, port, signal).then((socket) => startTls(socket, host, settings, [], signal));
  return retrying("establish TLS connection to server", secured);
}

function tlsSettings(config: EmailConfig): TlsSettings {
  try {
    return createTlsClient(config.tls_config ?? NO_TLS_CONFIG).current();
  } catch (error) {
    throw wrapError("parse TLS configuration", error);
  }
}

async function secure(client: SmtpClient, config: EmailConfig): Promise<void> {
  const { host, port } = config.smarthost;
  if ((await client.extension("STARTTLS")) === undefined) {
    const address = goQuote(`${host.includes(":") ? `[${host}]` : host}:${port}`);
    const text = `'require_tls' is true (default) but ${address} does not advertise the STARTTLS extension`;
    throw new PublishError(text, true);
  }
  await retrying("send STARTTLS command", client.startTls(tlsSettings(config)));
}

async function authenticate(
  client: SmtpClient,
  config: EmailConfig,
  mechanisms: string,
  log: ReceiverDeps["log"],
): Promise<void> {
  let auth: ReturnType<typeof chooseAuth>;
  try {
    auth = chooseAuth(config, mechanisms, log);
  } catch (error) {
    throw new PublishError(`find auth mechanism: ${(error as Error).message}`, true);
  }
  if (auth !== undefined) await retrying(`${auth.goType} auth`, client.authenticate(auth));
}

async function send(client: SmtpClient, sender: Sender, notification: Notification): Promise<void> {
  const { config, deps } = sender;
  const data = templateData(notification, deps);
  const from = prefixed("execute 'from' template", () => deps.templates.text(config.from, data));
  const to = prefixed("execute 'to' template", () => deps.templates.text(config.to, data));
  const senders = prefixed("parse 'from' addresses", () => parseAddressList(from));
  if (senders.length !== 1) throw new Error(`must be exactly one 'from' address (got: ${senders.length})`);
  await retrying("send MAIL command", client.mail(senders[0] as string));
  for (const address of prefixed("parse 'to' addresses", () => parseAddressList(to))) {
    await retrying("send RCPT command", client.recipient(address));
  }
  await retrying("send DATA command", client.data());
  let head = "";
  let body: string;
  try {
    const boundary = randomBytes(30).toString("hex");
    head = headers(sender, notification, data, boundary);
    body = parts(sender, data, boundary);
  } catch (error) {
    // As upstream has it: what is there of the message goes out, and the template is told of.
    await client.finish(head).catch(() => undefined);
    throw error;
  }
  await retrying("delivery failure", client.finish(head + body));
}

function prefixed<T>(what: string, step: () => T): T {
  try {
    return step();
  } catch (error) {
    throw wrapError(what, error);
  }
}

function headers(
  { config, deps, host }: Sender,
  notification: Notification,
  data: TemplateData,
  boundary: string,
): string {
  const now = new Date();
  const lines = Object.entries(headersInUse(config)).map(([name, template]) => {
    const value = prefixed(`execute ${goQuote(name)} header template`, () => deps.templates.text(template, data));
    return `${name}: ${encodeHeader(value)}`;
  });
  if (!("Message-Id" in config.headers)) {
    const nanos = BigInt(now.getTime()) * 1_000_000n;
    lines.push(`Message-Id: <${nanos}.${randomBytes(8).readBigUInt64BE()}@${host}>`);
  }
  if (config.threading.enabled) {
    // The messages of a group, or of a group's day, hang on one root that was never sent.
    const day = config.threading.thread_by_date === "none" ? "" : localDate(now);
    const root = `<alert-${groupKeyHash(notification).slice(0, 16)}-${day}@alertmanager>`;
    lines.push(`References: ${root}`, `In-Reply-To: ${root}`);
  }
  lines.push(
    `Date: ${rfc1123Z(now)}`,
    `Content-Type: multipart/alternative;  boundary=${boundary}`,
    "MIME-Version: 1.0",
    "",
    "",
  );
  return lines.join("\r\n");
}

/** The alternatives, the preferred one last. */
function parts({ config, deps }: Sender, data: TemplateData, boundary: string): string {
  const list: string[] = [];
  const add = (type: string, text: string) => {
    const head = `Content-Transfer-Encoding: quoted-printable\r\nContent-Type: ${type}; charset=UTF-8`;
    list.push(`--${boundary}\r\n${head}\r\n\r\n${quotedPrintable(text)}`);
  };
  if (config.text !== "") {
    add(
      "text/plain",
      prefixed("execute text template", () => deps.templates.text(config.text, data)),
    );
  }
  if (config.html !== "") {
    add(
      "text/html",
      prefixed("execute html template", () => deps.templates.html(config.html, data)),
    );
  }
  return `${list.join("\r\n")}\r\n--${boundary}--\r\n`;
}

function two(n: number): string {
  return String(n).padStart(2, "0");
}

/** `2026-01-02` in the machine's own zone. */
function localDate(date: Date): string {
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** `Fri, 02 Jan 2026 15:04:05 +0100` */
function rfc1123Z(date: Date): string {
  const east = -date.getTimezoneOffset();
  const zone = `${east < 0 ? "-" : "+"}${two(Math.floor(Math.abs(east) / 60))}${two(Math.abs(east) % 60)}`;
  const day = `${DAYS[date.getDay()]}, ${two(date.getDate())} ${MONTHS[date.getMonth()]} ${date.getFullYear()}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())} ${zone}`;
}
