/** The e-mails that are recorded; see cases.ts. */
import type { ReceiverCase } from "./cases.ts";
import type { SmtpScript } from "./smtp-capture.ts";

interface EmailCase {
  readonly name: string;
  readonly config: string;
  readonly smtp?: SmtpScript;
  readonly files?: ReceiverCase["files"];
  /** Only the first, firing notification. */
  readonly once?: boolean;
}

const PLAIN = `to: ops@example.com\nfrom: alerts@example.com\nsmarthost: 127.0.0.1:@PORT@\nrequire_tls: false`;
const TLS = `to: ops@example.com\nfrom: alerts@example.com\nsmarthost: 127.0.0.1:@PORT@\ntls_config: {ca_file: @CA@}`;
const SHORT = "html: ''\ntext: 't {{ .Status }}'";
const AUTH = { extensions: ["AUTH CRAM-MD5 PLAIN LOGIN"] };

/** A text that meets every rule of quoted-printable and encoded words. */
const ODD = `'{{ .CommonAnnotations.summary }} = ü “{{ range stringSlice "1" "2" "3" "4" "5" "6" "7" "8" }}0123456789 {{ end }} 	'`;

export const EMAIL_CASES: readonly EmailCase[] = [
  { name: "text", config: `${PLAIN}\n${SHORT}\nsend_resolved: true` },
  {
    name: "full",
    config: `
to: 'Ops <ops@example.com>, "Q, U" <qu@example.com>, group: a@x.org, b@x.org;, c.d@[127.0.0.1] (c (c) c),, <e@x.org>'
from: 'Alert {{ .Status }} <alerts+{{ .Status }}@example.com>'
smarthost: 127.0.0.1:@PORT@
require_tls: false
send_resolved: true
hello: me.example.com
headers: {subject: ${ODD}, X-Plain: 'p {{ .Status }}', x-tab: "a\\tb", Reply-To: 'ü@example.com'}
html: '<b title="{{ .CommonAnnotations.summary }}">{{ .CommonAnnotations.summary }} ü = 0123456789 0123456789 0123456789 0123456789 0123456789 </b>'
text: ${ODD}
threading: {enabled: true, thread_by_date: none}`,
  },
  {
    name: "lines",
    config: `${PLAIN}\nhtml: ''\ntext: "one \\ntwo\\t\\n.three\\n..\\r\\nfour\\rfive\\n\\n end "`,
    once: true,
  },
  { name: "neither", config: `${PLAIN}\nhtml: ''`, once: true },
  {
    name: "own-id",
    config: `${PLAIN}\n${SHORT}\nheaders: {Message-Id: '<own@{{ .Status }}>', To: other, From: someone}`,
    once: true,
  },
  { name: "daily", config: `${PLAIN}\n${SHORT}\nthreading: {enabled: true, thread_by_date: daily}`, once: true },
  {
    name: "extensions",
    config: `${PLAIN}\n${SHORT}`,
    smtp: { extensions: ["8BITMIME", "SMTPUTF8", "SIZE 1"] },
    once: true,
  },
  { name: "helo", config: `${PLAIN}\n${SHORT}`, smtp: { replies: { EHLO: "502 what" } }, once: true },
  {
    name: "no-hello",
    config: `${PLAIN}\n${SHORT}`,
    smtp: { replies: { EHLO: "502 what", HELO: "503 no" } },
    once: true,
  },
  { name: "starttls", config: `${TLS}\n${SHORT}`, smtp: { extensions: ["STARTTLS", "AUTH PLAIN"] }, once: true },
  {
    name: "starttls-auth",
    config: `${TLS}\n${SHORT}\nauth_username: u\nauth_password: p\nauth_identity: i`,
    smtp: { extensions: ["STARTTLS", "AUTH PLAIN"] },
    once: true,
  },
  { name: "no-starttls", config: `${TLS}\n${SHORT}`, smtp: {}, once: true },
  {
    name: "starttls-refused",
    config: `${TLS}\n${SHORT}`,
    smtp: { extensions: ["STARTTLS"], replies: { STARTTLS: "454 not now" } },
    once: true,
  },
  {
    name: "starttls-untrusted",
    config: `to: a@b.c\nfrom: a@b.c\nsmarthost: 127.0.0.1:@PORT@\n${SHORT}`,
    smtp: { extensions: ["STARTTLS"] },
    once: true,
  },
  {
    name: "starttls-name",
    config: `to: a@b.c\nfrom: a@b.c\nsmarthost: 127.0.0.1:@PORT@\ntls_config: {ca_file: @CA@, server_name: mail.other}\n${SHORT}`,
    smtp: { extensions: ["STARTTLS"] },
    once: true,
  },
  {
    name: "implicit",
    config: `${TLS}\n${SHORT}\nforce_implicit_tls: true\nauth_username: u\nauth_password: p`,
    smtp: { implicitTls: true, extensions: ["AUTH PLAIN"] },
    once: true,
  },
  {
    name: "no-ca",
    config: `to: a@b.c\nfrom: a@b.c\nsmarthost: 127.0.0.1:@PORT@\nforce_implicit_tls: true\ntls_config: {ca_file: @DIR@/nope}\n${SHORT}`,
    smtp: { implicitTls: true },
    once: true,
  },
  { name: "implicit-plain", config: `${TLS}\n${SHORT}\nforce_implicit_tls: true`, smtp: {}, once: true },
  {
    name: "auth-cram",
    config: `${PLAIN}\n${SHORT}\nauth_username: tim\nauth_secret: tanstaaftanstaaf\nauth_password: p`,
    smtp: AUTH,
    once: true,
  },
  {
    name: "auth-plain",
    config: `${PLAIN}\n${SHORT}\nauth_username: u\nauth_password_file: @DIR@/p`,
    files: { p: " pw\n" },
    smtp: { extensions: ["AUTH XOAUTH2 PLAIN LOGIN"] },
    once: true,
  },
  {
    name: "auth-login",
    config: `${PLAIN}\n${SHORT}\nauth_username: u\nauth_password: p`,
    smtp: { extensions: ["AUTH LOGIN PLAIN"] },
    once: true,
  },
  {
    name: "auth-secret-file",
    config: `${PLAIN}\n${SHORT}\nauth_username: u\nauth_secret_file: @DIR@/s`,
    files: { s: "se\n" },
    smtp: { extensions: ["AUTH CRAM-MD5"] },
    once: true,
  },
  { name: "auth-no-user", config: `${PLAIN}\n${SHORT}\nauth_password: p`, smtp: AUTH, once: true },
  {
    name: "auth-none",
    config: `${PLAIN}\n${SHORT}\nauth_username: u`,
    smtp: { extensions: ["AUTH CRAM-MD5 PLAIN LOGIN GSSAPI"] },
    once: true,
  },
  {
    name: "auth-no-file",
    config: `${PLAIN}\n${SHORT}\nauth_username: u\nauth_password_file: @DIR@/nope`,
    smtp: { extensions: ["AUTH PLAIN"] },
    once: true,
  },
  {
    name: "auth-refused",
    config: `${PLAIN}\n${SHORT}\nauth_username: u\nauth_password: p`,
    smtp: { extensions: ["AUTH PLAIN"], replies: { "AUTH PLAIN": "535-5.7.8 bad\r\n535 5.7.8 password" } },
    once: true,
  },
  {
    name: "auth-login-refused",
    config: `${PLAIN}\n${SHORT}\nauth_username: u\nauth_password: p`,
    smtp: { extensions: ["AUTH LOGIN"], replies: { "AUTH LOGIN": "334 V2hvPw==" } },
    once: true,
  },
  { name: "auth-not-offered", config: `${PLAIN}\n${SHORT}\nauth_username: u\nauth_password: p`, once: true },
  { name: "greeting", config: `${PLAIN}\n${SHORT}`, smtp: { greeting: "554 go away" }, once: true },
  { name: "greeting-odd", config: `${PLAIN}\n${SHORT}`, smtp: { greeting: "hello" }, once: true },
  { name: "greeting-none", config: `${PLAIN}\n${SHORT}`, smtp: { greeting: "" }, once: true },
  { name: "mail-refused", config: `${PLAIN}\n${SHORT}`, smtp: { replies: { MAIL: "550 no" } }, once: true },
  {
    name: "rcpt-refused",
    config: `${PLAIN}\n${SHORT}`,
    smtp: { replies: { RCPT: "550-5.1.1 no such\r\n550 5.1.1 user" } },
    once: true,
  },
  { name: "rcpt-forwarded", config: `${PLAIN}\n${SHORT}`, smtp: { replies: { RCPT: "251 elsewhere" } }, once: true },
  { name: "data-refused", config: `${PLAIN}\n${SHORT}`, smtp: { replies: { DATA: "554 no" } }, once: true },
  { name: "message-refused", config: `${PLAIN}\n${SHORT}`, smtp: { replies: { ".": "552 too much" } }, once: true },
  { name: "hung-up", config: `${PLAIN}\n${SHORT}`, smtp: { replies: { MAIL: "" } }, once: true },
  {
    name: "bad-from-template",
    config: `to: a@b.c\nfrom: '{{ .Nope }}'\nsmarthost: 127.0.0.1:@PORT@\nrequire_tls: false\n${SHORT}`,
    once: true,
  },
  {
    name: "bad-to-template",
    config: `to: '{{ .Nope }}'\nfrom: a@b.c\nsmarthost: 127.0.0.1:@PORT@\nrequire_tls: false\n${SHORT}`,
    once: true,
  },
  {
    name: "bad-from",
    config: `to: a@b.c\nfrom: nobody\nsmarthost: 127.0.0.1:@PORT@\nrequire_tls: false\n${SHORT}`,
    once: true,
  },
  {
    name: "two-from",
    config: `to: a@b.c\nfrom: 'a@b.c, d@e.f'\nsmarthost: 127.0.0.1:@PORT@\nrequire_tls: false\n${SHORT}`,
    once: true,
  },
  {
    name: "bad-to",
    config: `to: 'a@b.c, Full Name'\nfrom: a@b.c\nsmarthost: 127.0.0.1:@PORT@\nrequire_tls: false\n${SHORT}`,
    once: true,
  },
  { name: "bad-header", config: `${PLAIN}\n${SHORT}\nheaders: {X-Y: '{{ .Nope }}'}`, once: true },
  { name: "bad-text", config: `${PLAIN}\nhtml: ''\ntext: '{{ .Nope }}'`, once: true },
  { name: "bad-html", config: `${PLAIN}\nhtml: '{{ .Nope }}'\ntext: fine`, once: true },
  {
    name: "refused",
    config: `to: a@b.c\nfrom: a@b.c\nsmarthost: 127.0.0.1:1\nrequire_tls: false\n${SHORT}`,
    once: true,
  },
  {
    name: "refused-tls",
    config: `to: a@b.c\nfrom: a@b.c\nsmarthost: 127.0.0.1:1\nforce_implicit_tls: true\n${SHORT}`,
    once: true,
  },
];
