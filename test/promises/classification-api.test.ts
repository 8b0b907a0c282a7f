import { expect, test } from "bun:test";
import { metric, postAlerts, request, type Target } from "../support/api.ts";
import { CLASSIFICATIONS, classifications, type Classification } from "../support/classification.ts";
import { startServer } from "../support/server.ts";
import { eventually } from "../support/wait.ts";

const config = "route: { receiver: nobody }\nreceivers: [{ name: nobody }]\n";

const alert = (alertname: string, labels: Record<string, string> = {}) => ({ labels: { alertname, ...labels } });

async function only(server: Target): Promise<Classification> {
  const { items } = await classifications(server);
  expect(items).toHaveLength(1);
  return items[0] as Classification;
}

test.concurrent(
  "with no settings at all every alert is classified by the rules",
  async () => {
    await using server = await startServer({ config });
    await postAlerts(
      server,
      alert("KubePodCrashLooping", { severity: "warning", pod: "a" }),
      alert("KubeAPIDown"),
      alert("Watchdog"),
      alert("SomethingNobodyKnows", { severity: "critical" }),
    );

    const { items, next } = await classifications(server);
    expect(next).toBeNull();
    expect(items.map(({ classifier }) => classifier)).toEqual(["rules", "rules", "rules", "rules"]);
    expect(items.map(({ severity, category }) => `${severity} ${category}`).toSorted()).toEqual([
      "critical kubernetes",
      "critical unknown",
      "noise operations",
      "warning kubernetes",
    ]);
    for (const { confidence, reason, classifiedAt } of items) {
      expect(confidence).toBeWithin(0.1, 1.01);
      expect(reason).not.toBe("");
      expect(Math.abs(Date.now() - Date.parse(classifiedAt))).toBeLessThan(60_000);
    }
    await eventually("each is counted", async () => {
      const labels = { classifier: "rules" };
      return (await metric(server, "alertmanager_plus_classifications_total", labels)) === 4;
    });
    const llm = await request(server, "GET", "/api/plus/v1/llm");
    expect(JSON.parse(llm.text)).toEqual({ enabled: false });
    expect(await metric(server, "llm_client_requests_total")).toBeUndefined();
  },
  60_000,
);

test.concurrent(
  "classifications are listed page by page, and by what they say",
  async () => {
    await using server = await startServer({ config, routePrefix: "/am" });
    const many = Array.from({ length: 25 }, (_, i) => alert("HostOutOfDiskSpace", { instance: String(i) }));
    await postAlerts(server, ...many, alert("Watchdog"));

    const seen: string[] = [];
    let cursor = "";
    for (let pages = 1; ; pages++) {
      const { items, next } = await classifications(server, `?limit=10${cursor}`);
      seen.push(...items.map(({ fingerprint }) => fingerprint));
      if (next === null) {
        expect(pages).toBe(3);
        break;
      }
      cursor = `&cursor=${next}`;
    }
    expect(seen).toHaveLength(26);
    expect(seen).toEqual(seen.toSorted());

    const { items: noise } = await classifications(server, "?severity=noise&severity=info");
    expect(noise).toMatchObject([{ severity: "noise", category: "operations" }]);
    const { fingerprint = "" } = noise[0] ?? {};
    expect((await classifications(server, `?fingerprint=${fingerprint}`)).items).toEqual([...noise]);
    expect((await classifications(server, "?category=storage")).items).toHaveLength(25);
    expect((await classifications(server, "?classifier=llm")).items).toEqual([]);
    const one = await request(server, "GET", `${CLASSIFICATIONS}/${fingerprint}`);
    expect([one.status, JSON.parse(one.text)]).toEqual([200, noise[0]]);
  },
  60_000,
);

test.concurrent(
  "what a person says stands, survives kill -9, and can be taken back",
  async () => {
    await using server = await startServer({ config });
    await postAlerts(server, { ...alert("HostOutOfDiskSpace", { severity: "warning" }) });
    const { fingerprint } = await only(server);
    const path = `${CLASSIFICATIONS}/${fingerprint}`;
    const correction = { severity: "noise", category: "operations", reason: "It is only <b>me</b>." };
    const put = await request(server, "PUT", path, correction);
    expect([put.status, JSON.parse(put.text)]).toMatchObject([200, { ...correction, classifier: "person" }]);
    await server.kill();
    await server.start();
    expect(await only(server)).toMatchObject({ ...correction, classifier: "person", confidence: 1 });

    const again = await request(server, "POST", `${path}/reclassify`);
    expect([again.status, again.headers.get("content-type")]).toEqual([409, "application/problem+json"]);
    const taken = await request(server, "DELETE", path);
    expect([taken.status, JSON.parse(taken.text)]).toMatchObject([200, { classifier: "rules", severity: "warning" }]);
    await server.kill();
    await server.start();
    expect(await only(server)).toMatchObject({ classifier: "rules" });
    expect((await request(server, "DELETE", path)).status).toBe(404);
    expect((await request(server, "POST", `${path}/reclassify`)).status).toBe(200);
  },
  60_000,
);

test.concurrent(
  "not even a person shows less than critical where the alert or a rule says critical",
  async () => {
    await using server = await startServer({ config });
    await postAlerts(server, alert("Whatever", { severity: "critical" }), alert("KubeAPIDown"));
    for (const { fingerprint } of (await classifications(server)).items) {
      const correction = { severity: "noise", category: "operations", reason: "Never mind." };
      const answer = await request(server, "PUT", `${CLASSIFICATIONS}/${fingerprint}`, correction);
      const { severity, reason } = JSON.parse(answer.text) as Classification;
      expect([severity, reason]).toEqual([
        "critical",
        expect.stringMatching(/^Kept critical because .* Never mind\.$/),
      ]);
    }
  },
  60_000,
);

test.concurrent(
  "what is asked wrongly is refused, as a problem and with the reason",
  async () => {
    await using server = await startServer({ config });
    await postAlerts(server, alert("HostOutOfDiskSpace"));
    const { fingerprint } = await only(server);
    const path = `${CLASSIFICATIONS}/${fingerprint}`;
    const nobody = `${CLASSIFICATIONS}/0000000000000000`;
    const good = { severity: "info", category: "storage", reason: "x" };
    const foreign = { Origin: "http://evil.example" };
    const crossSite = { "Sec-Fetch-Site": "cross-site", Origin: server.url };
    const text = { "Content-Type": "text/plain" };

    const cases: readonly [string, string, unknown, Record<string, string>, number, string][] = [
      ["GET", `${CLASSIFICATIONS}?severity=bad`, undefined, {}, 400, "severity: expected one of critical, warning"],
      ["GET", `${CLASSIFICATIONS}?category=bad`, undefined, {}, 400, "category: expected one of infrastructure"],
      [
        "GET",
        `${CLASSIFICATIONS}?limit=0`,
        undefined,
        {},
        400,
        "limit: expected integer to be greater or equal to 1, not 0",
      ],
      [
        "GET",
        `${CLASSIFICATIONS}?limit=1001`,
        undefined,
        {},
        400,
        "limit: expected integer to be less or equal to 1000",
      ],
      ["GET", `${CLASSIFICATIONS}?cursor=x`, undefined, {}, 400, "cursor: expected"],
      ["GET", `${CLASSIFICATIONS}/XYZ`, undefined, {}, 400, "16 hexadecimal digits"],
      ["GET", nobody, undefined, {}, 404, "no alert of this fingerprint"],
      ["PUT", nobody, good, {}, 404, "no alert of this fingerprint"],
      ["POST", `${nobody}/reclassify`, undefined, {}, 404, "no alert of this fingerprint"],
      ["DELETE", path, undefined, {}, 404, "nobody has corrected"],
      ["POST", `${path}/something`, undefined, {}, 404, "there is nothing at /api/plus/v1/"],
      ["PUT", path, { ...good, severity: "bad" }, {}, 400, "severity: expected one of critical, warning, info, noise"],
      ["PUT", path, { ...good, category: 1 }, {}, 400, "category: expected one of infrastructure"],
      ["PUT", path, { ...good, reason: "" }, {}, 400, "reason: "],
      ["PUT", path, { ...good, reason: "x".repeat(501) }, {}, 400, "reason: "],
      ["PUT", path, { ...good, silence: true }, {}, 400, "silence: "],
      ["PUT", path, [], {}, 400, "the body: "],
      ["PUT", path, "{", {}, 400, "the body is no JSON"],
      ["PUT", path, { ...good, reason: "x".repeat(20_000) }, {}, 413, "more than 16384 bytes"],
      ["PUT", path, good, text, 415, "Content-Type: expected application/json"],
      ["PUT", path, good, foreign, 403, "pages of other sites"],
      ["PUT", path, good, crossSite, 403, "pages of other sites"],
      ["DELETE", path, undefined, foreign, 403, "pages of other sites"],
      ["POST", `${path}/reclassify`, undefined, foreign, 403, "pages of other sites"],
    ];
    for (const [method, to, body, headers, status, detail] of cases) {
      const answer = await request(server, method, to, body, { headers });
      const type = answer.headers.get("content-type");
      expect({ method, to, body, status: answer.status, type }).toEqual({
        method,
        to,
        body,
        status,
        type: "application/problem+json",
      });
      expect(JSON.parse(answer.text)).toMatchObject({ status, detail: expect.stringContaining(detail) });
    }
    expect(await only(server)).toMatchObject({ classifier: "rules" });
    const same = await request(server, "PUT", path, good, { headers: { Origin: server.url } });
    expect(same.status).toBe(200);
  },
  60_000,
);
