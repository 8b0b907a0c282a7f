import type { PostableAlert } from "../support/api.ts";
import { getAlerts, getSilences, postAlerts, postSilence } from "../support/api.ts";
import { run, type Outcome } from "../support/run.ts";
import { program, type Server } from "../support/server.ts";
import { fromNow } from "../support/time.ts";
import { hookConfig, type WebhookReceiver } from "../support/webhook.ts";

export const config = (url: string) => hookConfig(url, { group_interval: "400ms", repeat_interval: "1h" });

const HOUR = 3_600_000;

/** What a database may lose. */
const ODD = "nul\0 line\n \u2028 ü 😀 \\ \" 'x'";

export const alert = (alertname: string, n: string, more: Partial<PostableAlert> = {}): PostableAlert => ({
  labels: { alertname, n },
  endsAt: fromNow(HOUR),
  ...more,
});

/** Alerts that have been told of, one of them of names and times of all sorts; one that is silenced; a silence. */
export async function fill(server: Server, hook: WebhookReceiver): Promise<void> {
  await postSilence(server, {
    matchers: [{ name: "alertname", value: `Silenced|${ODD.replaceAll("\\", "\\\\")}-`, isRegex: true, isEqual: true }],
    startsAt: fromNow(0),
    endsAt: fromNow(HOUR),
    createdBy: "ann",
    comment: ODD,
  });
  await postAlerts(server, alert("A", "1"), alert("A", "2"), alert("Silenced", "3"), {
    labels: { alertname: "odd", "naïve name": ODD },
    annotations: { summary: ODD },
    startsAt: "2026-01-02T03:04:05.123456789+05:30",
    endsAt: "2075-01-02T03:04:05.987654321-03:00",
    generatorURL: "http://prometheus/graph?g0.expr=up",
  });
  await hook.take();
  await hook.take();
}

/** All that anybody can see of what a server has. */
export async function shown(server: Server) {
  const alerts = await getAlerts(server);
  const silences = await getSilences(server);
  return { alerts, silences };
}

/** Runs a command of the program under test. */
export function command(...args: readonly string[]): Promise<Outcome> {
  return run([program, ...args]);
}
