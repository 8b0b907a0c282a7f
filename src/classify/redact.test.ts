import { describe, expect, test } from "bun:test";
import { createRedact, namesSecret, REDACTED } from "./redact.ts";

const redact = createRedact({ patterns: [], emails: true });

describe("what looks like a secret", () => {
  // Assembled here so that no scanner of secrets takes this file for a leak.
  const jwt = ["eyJhbGciOiJIUzI1NiJ9", "eyJzdWIiOiIxMjM0In0", "abcDEF123_-x"].join(".");
  const aws = `AKIA${"IOSFODNN7EXAMPLE"}`;
  const pem = `-----BEGIN RSA ${"PRIVATE KEY"}----- MIIEow IBAAKC -----END RSA ${"PRIVATE KEY"}-----`;

  test.each([
    ["a URL's user and password", "postgres://app:s3cr3t@db:5432/x down", `postgres://${REDACTED}@db:5432/x down`],
    [
      "a URL's user",
      "cannot reach https://tok3n@git.example.com/a",
      `cannot reach https://${REDACTED}@git.example.com/a`,
    ],
    ["a password", "login failed: password=hunter2 for bob", `login failed: password=${REDACTED} for bob`],
    ["a quoted password", `set db_password: "hun ter2", retry`, `set db_password: ${REDACTED}, retry`],
    ["JSON", `{"apiKey":"abc","user":"bob"}`, `{"apiKey":${REDACTED},"user":"bob"}`],
    ["a query", "GET /x?access_token=abc&page=2", `GET /x?access_token=${REDACTED}&page=2`],
    ["a flag", "ran mysql --password hunter2 -h db", `ran mysql --password ${REDACTED} -h db`],
    ["a bearer token", "sent Bearer abcdefgh12345 twice", `sent Bearer ${REDACTED} twice`],
    ["a header", "Authorization: Basic dXNlcjpwYXNz", `Authorization: ${REDACTED}`],
    ["basic credentials", "with Basic dXNlcjpwYXNz sent", `with Basic ${REDACTED} sent`],
    ["an AWS key", `key ${aws} leaked`, `key ${REDACTED} leaked`],
    ["a JWT", `got ${jwt} back`, `got ${REDACTED} back`],
    ["a private key", `found ${pem} in log`, `found ${REDACTED} in log`],
    ["half a private key", pem.slice(0, 50), REDACTED],
    ["a provider's token", `use sk-${"proj-abc123def456"} now`, `use ${REDACTED} now`],
    ["a chat hook", "https://hooks.slack.com/services/T0/B0/xyz", `https://hooks.slack.com/services/${REDACTED}`],
    ["a bot's token", `bot 123456789:${"A".repeat(35)} said`, `bot ${REDACTED} said`],
    ["a long random text", "id Zm9vYmFyQmF6MTIzNDU2Nzg5MGFiY2RlZkdISUpL x", `id ${REDACTED} x`],
    ["long hexadecimal digits", "hash d41d8cd98f00b204e9800998ecf8427e x", `hash ${REDACTED} x`],
    ["an e-mail address", "ask jane.doe@example.co.uk first", `ask ${REDACTED} first`],
  ])("is taken out: %s", (_, text, expected) => {
    expect(redact(text)).toBe(expected);
  });

  test.each([
    "Prometheus kube-prometheus-stack-prometheus-node-exporter-abc12 is not ready on node-7.",
    "Filesystem on /dev/sda1 at 10.0.0.1:9100 has only 3.25% available space left.",
    "KubePersistentVolumeFillingUp and PrometheusRemoteWriteDesiredShards have fired.",
    "Certificate for https://shop.example.com/login?lang=en expires in 20 days.",
    "Basic authentication is not configured.",
    "Namespace a1b2c3d4-0000-4000-8000-123456789abc has 5 pods.",
    "/var/lib/kubelet/pods/volumes/kubernetes.io~csi/mount is 97% full",
  ])("is not seen in: %s", (text) => {
    expect(redact(text)).toBe(text);
  });

  test("is told by names as well", () => {
    expect(["db_password", "X-Auth-Token", "apikey", "aws_secret"].map(namesSecret)).toEqual([true, true, true, true]);
    expect(["namespace", "pod", "passed", "path"].map(namesSecret)).toEqual([false, false, false, false]);
  });

  test("takes no long time to look for, whatever the text", () => {
    const texts = ["password".repeat(1_000), "a.".repeat(4_000), `x${"=".repeat(8_000)}`, "-----BEGIN ".repeat(700)];
    const begin = performance.now();
    for (const text of [...texts, "a@".repeat(4_000), "Basic aaaa".repeat(800), "ghp_a".repeat(1_600)]) redact(text);
    expect(performance.now() - begin).toBeLessThan(3_000);
  });
});

describe("the settings", () => {
  test("take out what matches one of their patterns", () => {
    const own = createRedact({ patterns: ["(?i)customer-\\d+", "acme"], emails: true });
    expect(own("Customer-42 of acme is unhappy")).toBe(`${REDACTED} of ${REDACTED} is unhappy`);
  });

  test("may leave e-mail addresses in", () => {
    expect(createRedact({ patterns: [], emails: false })("ask jane@example.com")).toBe("ask jane@example.com");
  });

  test("are refused with a pattern that is none", () => {
    expect(() => createRedact({ patterns: ["a("], emails: true })).toThrow("missing closing )");
  });
});
