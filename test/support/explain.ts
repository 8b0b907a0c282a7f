import { writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { postAlerts, postSilence, request, type Target } from "./api.ts";
import { fromNow } from "./time.ts";
import { eventually } from "./wait.ts";
import { WebhookReceiver } from "./webhook.ts";

/** What `GET /api/plus/v1/explain` answers, as far as tests look at it. */
export interface Explanation {
  readonly alert: { readonly fingerprint: string } | null;
  readonly verdict: { readonly state: string; readonly summary: string };
  readonly reasons: readonly {
    readonly reason: string;
    readonly summary: string;
    readonly receiver?: string;
    readonly integration?: string;
    readonly by?: Readonly<Record<string, unknown>>;
  }[];
  readonly routes: readonly { readonly receiver: string; readonly taken: boolean; readonly why: string }[];
  readonly groups: readonly {
    readonly receiver: string;
    readonly groupKey: string;
    readonly flushes: number;
    readonly nextFlushAt: string | null;
    readonly integrations: readonly {
      readonly integration: string;
      readonly lastNotifiedAt: string | null;
      readonly containsAlert: boolean;
      readonly decisions: readonly { readonly outcome: string }[];
      readonly attempts: readonly {
        readonly outcome: string;
        readonly statusCode: number | null;
        readonly error: string | null;
      }[];
    }[];
  }[];
  readonly silences: readonly { readonly createdBy: string; readonly comment: string }[];
  readonly inhibitedBy: readonly { readonly source: { readonly labels: Readonly<Record<string, string>> } }[];
  readonly intervals: readonly { readonly name: string; readonly inForce: boolean; readonly until: string | null }[];
}

/** Has a server explain, in one call. */
export async function explain(target: Target, labels: Readonly<Record<string, string>>): Promise<Explanation> {
  const text = Object.entries(labels)
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
    .join(",");
  const answer = await request(target, "GET", `/api/plus/v1/explain?labels=${encodeURIComponent(text)}`);
  if (answer.status !== 200) throw new Error(`explain answered ${answer.status}: ${answer.text}`);
  return JSON.parse(answer.text) as Explanation;
}

/** Waits until a server says that something became of an alert, and gives what it says. */
export function explained(target: Target, labels: Readonly<Record<string, string>>, state: string, withinMs = 40_000) {
  let last: string | undefined;
  return eventually(
    `${labels["alertname"]} is ${state}`,
    async () => {
      const explanation = await explain(target, labels);
      if (explanation.verdict.state === state) return explanation;
      last = `${explanation.verdict.state}: ${explanation.verdict.summary}`;
      throw new Error(last);
    },
    { withinMs, everyMs: 50 },
  );
}

/** Labels of an alert to which each of these happens; the route and the receiver are named for it. */
export const CASES = {
  silenced: { alertname: "Silenced", case: "silenced" },
  inhibited: { alertname: "Inhibited", case: "inhibited" },
  muted: { alertname: "Muted", case: "muted" },
  waiting: { alertname: "Waiting", case: "waiting" },
  deduplicated: { alertname: "Deduplicated", case: "deduplicated" },
  rate_limited: { alertname: "Limited", case: "rate_limited", group: "second" },
  failed: { alertname: "Failed", case: "failed" },
  refused: { alertname: "Refused", case: "refused" },
  notified: { alertname: "Notified", case: "notified" },
  no_receiver: { alertname: "Nobody", case: "no_receiver" },
} as const;

/** Those that are the same after a start: a rate limit begins anew. */
export function lasting(): [state: string, labels: Readonly<Record<string, string>>][] {
  return Object.entries(CASES).filter(([state]) => state !== "rate_limited");
}

/** Receivers that accept, are down and refuse, and a configuration under which each of `CASES` comes true. */
export class Stage implements AsyncDisposable {
  readonly accepting = new WebhookReceiver();
  readonly down = new WebhookReceiver(() => new Response("busy", { status: 503 }));
  readonly refusing = new WebhookReceiver(() => new Response("no such channel", { status: 400 }));
  readonly plusFile = join(tmpdir(), `plus-${crypto.randomUUID()}.yml`);

  constructor() {
    writeFileSync(this.plusFile, "publishing: {rate_limit: {rate_limited: {every: 1h, burst: 1}}}\n");
  }

  get args(): readonly string[] {
    return [`--plus.config.file=${this.plusFile}`];
  }

  get config(): string {
    const hook = (name: string, { url }: WebhookReceiver) => `  - {name: ${name}, webhook_configs: [{url: '${url}'}]}`;
    return `
route:
  receiver: accepting
  group_by: [alertname, group]
  group_wait: 500ms
  group_interval: 1h
  repeat_interval: 12h
  routes:
    - {matchers: [case="muted"], receiver: accepting, mute_time_intervals: [always]}
    - {matchers: [case="waiting"], receiver: accepting, group_wait: 1h}
    - {matchers: [case="deduplicated"], receiver: accepting, group_interval: 1s}
    - {matchers: [case="rate_limited"], receiver: rate_limited, group_interval: 1s}
    - {matchers: [case="failed"], receiver: down}
    - {matchers: [case="refused"], receiver: refusing}
    - {matchers: [case="no_receiver"], receiver: nobody}
time_intervals:
  - {name: always, time_intervals: [{times: [{start_time: '00:00', end_time: '24:00'}]}]}
inhibit_rules:
  - {name: site, source_matchers: [alertname="SiteDown"], target_matchers: [case="inhibited"]}
receivers:
${hook("accepting", this.accepting)}
${hook("rate_limited", this.accepting)}
${hook("down", this.down)}
${hook("refusing", this.refusing)}
  - {name: nobody}
`;
  }

  /** Posts what brings all cases about. @param servers how many share the groups, each with a rate limit of its own */
  async play(target: Target, servers = 1): Promise<void> {
    await postSilence(target, {
      matchers: [{ name: "case", value: "silenced", isRegex: false, isEqual: true }],
      startsAt: fromNow(0),
      endsAt: fromNow(3_600_000),
      createdBy: "alice",
      comment: "moving racks",
    });
    const endsAt = fromNow(3_600_000);
    const { rate_limited, ...others } = CASES;
    await postAlerts(target, { labels: { alertname: "SiteDown" }, endsAt });
    await postAlerts(target, ...Object.values(others).map((labels) => ({ labels, endsAt })));
    // These take the receiver's only places.
    for (let i = 0; i < servers; i++) {
      const labels = { ...rate_limited, group: `first-${i}` };
      await postAlerts(target, { labels, endsAt });
      await eventually("the receiver was told", async () => {
        const { groups } = await explain(target, labels);
        return groups[0]?.integrations[0]?.containsAlert;
      });
    }
    await postAlerts(target, { labels: rate_limited, endsAt });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.accepting, this.down, this.refusing].map((hook) => hook[Symbol.asyncDispose]()));
    await Bun.file(this.plusFile).delete();
  }
}
