import { eventually, pause } from "./wait.ts";

/** The body Alertmanager posts to a webhook, as far as tests look at it. */
export interface WebhookMessage {
  readonly receiver: string;
  readonly status: "firing" | "resolved";
  readonly notification_reason?: string;
  readonly alerts: readonly {
    readonly status: "firing" | "resolved";
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations: Readonly<Record<string, string>>;
    readonly startsAt: string;
    readonly endsAt: string;
    readonly fingerprint: string;
  }[];
  readonly groupLabels: Readonly<Record<string, string>>;
  readonly groupKey: string;
  readonly truncatedAlerts: number;
}

export interface CapturedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Headers;
  readonly body: string;
  /** When its body had arrived, on performance.now()'s clock, in ms. */
  readonly at: number;
  readonly message: WebhookMessage;
}

/** What to answer; to hang, return a promise that does not end before the receiver is closed. */
export type Answer = (request: CapturedRequest, index: number) => Response | Promise<Response>;

const accept: Answer = () => new Response();

/** A webhook receiver on 127.0.0.1 that keeps every request in the order of arrival. */
export class WebhookReceiver implements AsyncDisposable {
  readonly requests: CapturedRequest[] = [];
  answer: Answer;
  readonly #server: Bun.Server<undefined>;
  #taken = 0;

  constructor(answer: Answer = accept) {
    this.answer = answer;
    this.#server = Bun.serve({
      hostname: "127.0.0.1",
      port: 0,
      idleTimeout: 0,
      fetch: (request) => this.#receive(request),
    });
  }

  get url(): string {
    return `http://127.0.0.1:${this.#server.port}/`;
  }

  async #receive(request: Request): Promise<Response> {
    const body = await request.text();
    const captured: CapturedRequest = {
      method: request.method,
      path: new URL(request.url).pathname,
      headers: request.headers,
      body,
      at: performance.now(),
      message: JSON.parse(body) as WebhookMessage,
    };
    this.requests.push(captured);
    return this.answer(captured, this.requests.length - 1);
  }

  /** The next request nobody took yet, waiting for it. */
  async take({ withinMs = 40_000 } = {}): Promise<CapturedRequest> {
    const index = this.#taken;
    const request = await eventually(`notification ${index + 1} arrives`, () => this.requests[index], {
      withinMs,
      everyMs: 5,
    });
    this.#taken = index + 1;
    return request;
  }

  /** Takes requests until one satisfies `wanted`, and gives that one. */
  async takeUntil(
    what: string,
    wanted: (message: WebhookMessage) => boolean,
    { withinMs = 40_000 } = {},
  ): Promise<CapturedRequest> {
    const deadline = performance.now() + withinMs;
    const seen: string[] = [];
    for (;;) {
      let request: CapturedRequest;
      try {
        request = await this.take({ withinMs: Math.max(0, deadline - performance.now()) });
      } catch {
        throw new Error(`no notification within ${withinMs} ms that ${what}; seen: ${JSON.stringify(seen)}`);
      }
      if (wanted(request.message)) return request;
      seen.push(alertLines(request.message).join(" | "));
    }
  }

  /** Watches for `ms` and gives the requests nobody took, including those already there. */
  async untaken(ms: number): Promise<CapturedRequest[]> {
    await pause(ms);
    const rest = this.requests.slice(this.#taken);
    this.#taken = this.requests.length;
    return rest;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.stop(true);
  }
}

/** The alerts of a notification in its order, each as `status name=value name=value`, names in order. */
export function alertLines(message: WebhookMessage): string[] {
  return message.alerts.map(({ status, labels }) =>
    [
      status,
      ...Object.keys(labels)
        .sort()
        .map((name) => `${name}=${labels[name]}`),
    ].join(" "),
  );
}

/** A configuration that tells the webhook at `url` of each alertname by itself, soon; `route` adds to its route or overrides it. */
export function hookConfig(url: string, route: Readonly<Record<string, string>> = {}): string {
  const whole = { receiver: "hook", group_by: "[alertname]", group_wait: "200ms", group_interval: "500ms", ...route };
  return `
route:
${Object.entries(whole)
  .map(([key, value]) => `  ${key}: ${value}\n`)
  .join("")}receivers:
  - name: hook
    webhook_configs:
      - url: ${url}
`;
}
