import { expect, test } from "bun:test";
import { connect, type Socket } from "node:net";
import { getAlerts, postAlerts, request, type Target } from "../support/api.ts";
import { startServer, type Server } from "../support/server.ts";
import { pause } from "../support/wait.ts";

const config = `
route:
  receiver: nobody
receivers:
  - name: nobody
`;

const ALERTS = "/api/v2/alerts";
const SILENCES = "/api/v2/silences";

const bytes = (...parts: readonly (string | number[])[]) =>
  Buffer.concat(parts.map((part) => (typeof part === "string" ? Buffer.from(part) : Buffer.from(part))));
const regexSilence = (value: string) =>
  JSON.stringify({
    matchers: [{ name: "long", value, isRegex: true }],
    startsAt: "2026-01-01T00:00:00Z",
    endsAt: "2099-01-01T00:00:00Z",
    createdBy: "",
    comment: "",
  });

// Status and part of the answer as Alertmanager 0.34 gives them, except where it says otherwise.
const bodies: readonly [
  what: string,
  path: string,
  body: () => string | Buffer,
  status: readonly number[],
  text: string,
][] = [
  ["truncated JSON", ALERTS, () => '[{"labels":{"a":"b"', [400], "unexpected EOF"],
  ["no JSON", ALERTS, () => "hello", [400], "invalid character 'h' looking for beginning of value"],
  ["a million open brackets", ALERTS, () => "[".repeat(1_000_000), [400], "exceeded max depth"],
  ["20,000 nested arrays", ALERTS, () => "[".repeat(20_000) + "]".repeat(20_000), [400], "exceeded max depth"],
  [
    "20,000 nested objects in an annotation",
    ALERTS,
    () => `[{"labels":{"a":"b"},"annotations":${'{"x":'.repeat(20_000)}"y"${"}".repeat(20_000)}}]`,
    [400],
    "exceeded max depth",
  ],
  [
    "9,000 nested arrays in an unknown field",
    ALERTS,
    () => `[{"labels":{"a":"b"},"x":${"[".repeat(9_000)}${"]".repeat(9_000)}}]`,
    [200],
    "",
  ],
  [
    "invalid UTF-8 in a label value",
    ALERTS,
    () => bytes('[{"labels":{"a":"x', [0xff, 0xfe, 0xc0, 0x80], 'y"}}]'),
    [200],
    "",
  ],
  ["invalid UTF-8 in a label name", ALERTS, () => bytes('[{"labels":{"a', [0xff, 0xfe], '":"y"}}]'), [200], ""],
  ["half a surrogate pair", ALERTS, () => '[{"labels":{"a":"\\ud800"}}]', [200], ""],
  ["a NUL", ALERTS, () => '[{"labels":{"a":"\\u0000"}}]', [200], ""],
  [
    "names JavaScript knows",
    ALERTS,
    () => '[{"labels":{"__proto__":"x","constructor":"y","toString":"z"}}]',
    [200],
    "",
  ],
  [
    "10,000 labels",
    ALERTS,
    () =>
      JSON.stringify([{ labels: Object.fromEntries(Array.from({ length: 10_000 }, (_, n) => [`l${n}`, `v${n}`])) }]),
    [200],
    "",
  ],
  ["a label name of 1 MB", ALERTS, () => JSON.stringify([{ labels: { ["n".repeat(1_000_000)]: "v" } }]), [200], ""],
  ["a number too large", ALERTS, () => '[{"labels":{"a":1e999}}]', [400], "cannot unmarshal number"],
  ["a number of 1 MB", ALERTS, () => `[{"labels":{"a":${"9".repeat(1_000_000)}}}]`, [400], "cannot unmarshal number"],
  ["a date that is none", ALERTS, () => '[{"labels":{"a":"b"},"startsAt":"99999-99-99"}]', [400], "parsing time"],
  [
    "a body that is compressed",
    ALERTS,
    () => Buffer.from(Bun.gzipSync(Buffer.from("[]"))),
    [400],
    "invalid character '\\\\x1f'",
  ],
  // Whoever limits the size of a body says so with 413.
  ["100 MB of blanks", ALERTS, () => " ".repeat(100_000_000), [413, 422], ""],
  ["100 MB in a label value", ALERTS, () => `[{"labels":{"a":"${"x".repeat(100_000_000)}"}}]`, [200, 413], ""],
  ["100 MB and then cut off", ALERTS, () => `[{"labels":{"a":"${"x".repeat(100_000_000)}`, [400, 413], ""],
  [
    "a regular expression that repeats repeats",
    SILENCES,
    () => regexSilence("((a{1000}){1000}){1000}"),
    [400],
    "invalid repeat count: `{1000}`",
  ],
  [
    "a regular expression 5,000 deep",
    SILENCES,
    () => regexSilence("(".repeat(5_000) + "x" + ")".repeat(5_000)),
    [400],
    "nest",
  ],
  ["a regular expression of 180 KB", SILENCES, () => regexSilence(`${"(x+x+)+y|".repeat(20_000)}z`), [200, 400], ""],
  ["a regular expression that backtracks", SILENCES, () => regexSilence("(a+)+$"), [200], ""],
];

/** That the server goes on as if nothing had been. */
async function expectServing(server: Server): Promise<void> {
  const name = crypto.randomUUID();
  await postAlerts(server, { labels: { alertname: name } });
  expect(await getAlerts(server, { filter: `alertname=${name}` })).toHaveLength(1);
  expect((await request(server, "GET", "/-/ready", undefined, { withinMs: 5_000 })).status).toBe(200);
}

test("any body gets a clear answer, and the server goes on serving", async () => {
  await using server = await startServer({ config });
  for (const [what, path, body, statuses, text] of bodies) {
    const response = await fetch(server.url + path, {
      method: "POST",
      keepalive: false,
      headers: { "Content-Type": "application/json" },
      body: body(),
      signal: AbortSignal.timeout(20_000),
    });
    const answer = await response.text();
    expect({ what, status: response.status, answer: answer.slice(0, 300) }).toEqual({
      what,
      status: statuses.includes(response.status) ? response.status : (statuses[0] as number),
      answer: answer.includes(text) ? answer.slice(0, 300) : `something with ${text}`,
    });
    await expectServing(server);
  }
}, 180_000);

test.concurrent(
  "an alert that is null gets an answer, where the original ends the connection",
  async () => {
    await using server = await startServer({ config });
    const answer = await request(server, "POST", ALERTS, "[null]");
    expect([400, 422]).toContain(answer.status);
    expect(answer.text).not.toBe("");
    await expectServing(server);
  },
  60_000,
);

const filters: readonly [string, number][] = [
  ['long=~"(a+)+$"', 200],
  ['long=~"(a|aa)+$"', 200],
  ['long=~"(.*)*(.*)*(.*)*x"', 200],
  ['long=~"(a*)*(a*)*b"', 200],
  ['long=~"a{1000}{1000}"', 400],
  ["{".repeat(1_000), 400],
  ['long=~"(', 400],
];

test.concurrent(
  "a regular expression meant to take for ever does not",
  async () => {
    await using server = await startServer({ config });
    await postAlerts(server, { labels: { long: `${"a".repeat(50_000)}!` } });
    const silence = await request(server, "POST", SILENCES, regexSilence("(a+)+$"));
    expect(silence.status).toBe(200);
    for (const [filter, status] of filters) {
      const begin = performance.now();
      const answer = await request(server, "GET", `${ALERTS}?filter=${encodeURIComponent(filter)}`);
      expect({ filter, status: answer.status }).toEqual({ filter, status });
      expect(performance.now() - begin).toBeLessThan(10_000);
    }
    const begin = performance.now();
    const answer = await request(server, "GET", `${ALERTS}?receiver=${encodeURIComponent("(a+)+$")}`);
    expect([answer.status, answer.text]).toEqual([200, "[]\n"]);
    expect(performance.now() - begin).toBeLessThan(10_000);
  },
  120_000,
);

test.concurrent(
  "a path or a header too long is refused",
  async () => {
    await using server = await startServer({ config });
    expect((await request(server, "GET", `/${"a".repeat(10_000)}`)).status).toBe(404);
    expect(
      (await request(server, "GET", "/-/ready", undefined, { headers: { "X-Long": "a".repeat(2_000_000) } })).status,
    ).toBe(431);
    await expectServing(server);
  },
  120_000,
);

/** A connection that has sent `text`; errors of it are nobody's concern. */
function open(server: Server, text: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(server.port, "127.0.0.1", () => {
      socket.off("error", reject);
      socket.on("error", () => undefined);
      socket.write(text);
      resolve(socket);
    });
    socket.once("error", reject);
  });
}

async function slowest(target: Target, path: string, times: number): Promise<number> {
  let longest = 0;
  for (let time = 0; time < times; time++) {
    const begin = performance.now();
    expect((await request(target, "GET", path)).status).toBe(200);
    longest = Math.max(longest, performance.now() - begin);
    await pause(100);
  }
  return longest;
}

test.concurrent(
  "three hundred slow clients slow nobody else down",
  async () => {
    // An answer nobody reads may count as a request in progress, of which no more than these are served at a time.
    await using server = await startServer({ config, args: ["--web.get-concurrency=1000"] });
    await postAlerts(
      server,
      ...Array.from({ length: 2_000 }, (_, n) => ({ labels: { alertname: "many", n: String(n) } })),
    );
    const sockets = await Promise.all([
      // A header that never ends, a body that never comes, an answer that is never read.
      ...Array.from({ length: 100 }, () => open(server, "POST /api/v2/alerts HTTP/1.1\r\nHost: x\r\nX-Slow: ")),
      ...Array.from({ length: 100 }, () =>
        open(
          server,
          "POST /api/v2/alerts HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 1000000\r\n\r\n[",
        ),
      ),
      ...Array.from({ length: 100 }, () => open(server, "GET /api/v2/alerts HTTP/1.1\r\nHost: x\r\n\r\n")),
    ]);
    for (const socket of sockets.slice(200)) socket.pause();
    const drip = setInterval(() => {
      for (const socket of sockets.slice(0, 200)) socket.write(" ");
    }, 250);
    try {
      expect(await slowest(server, "/-/ready", 10)).toBeLessThan(5_000);
      expect(await slowest(server, "/api/v2/alerts?filter=alertname%3Dnone", 10)).toBeLessThan(5_000);
      await expectServing(server);
    } finally {
      clearInterval(drip);
      for (const socket of sockets) socket.destroy();
    }
    await expectServing(server);
  },
  120_000,
);
