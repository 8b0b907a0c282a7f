import { expect, test } from "bun:test";
import { getAlerts, getStatus, postAlerts, request } from "../support/api.ts";
import { startServer } from "../support/server.ts";

const config = `
route:
  receiver: nobody
receivers:
  - name: nobody
`;

test.concurrent(
  "with a route prefix everything is under it, and the root leads there",
  async () => {
    await using server = await startServer({ config, routePrefix: "/foo" });
    await postAlerts(server, { labels: { alertname: "test" } });
    expect(await getAlerts(server)).toHaveLength(1);
    expect((await getStatus(server)).cluster.status).toBe("disabled");

    const root = { url: new URL(server.url).origin };
    expect((await request(root, "GET", "/-/ready")).status).toBe(404);
    expect((await request(root, "GET", "/api/v2/alerts")).status).toBe(404);
    const answer = await request(root, "GET", "/");
    expect([answer.status, answer.headers.get("location")]).toEqual([302, "/foo"]);
  },
  60_000,
);
