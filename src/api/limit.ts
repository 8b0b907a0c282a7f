import type { Metrics } from "../metrics/index.ts";
import { errorText, toResponse } from "./plain.ts";
import { giveUp, onEnd } from "./v2/stream.ts";

/**
 * Bounds how many GET requests are answered at the same time, an answer being sent piece by piece among them
 * (spec §2.2).
 */
export class GetLimiter {
  readonly #limit: number;
  readonly #metrics: Metrics["http"];

  /** @param limit at least 1 */
  constructor(limit: number, metrics: Metrics["http"]) {
    this.#limit = limit;
    this.#metrics = metrics;
  }

  async run(request: Request, answer: () => Response | Promise<Response>): Promise<Response> {
    if (request.method !== "GET") return answer();
    const { requestsInFlight, concurrencyLimitExceeded } = this.#metrics;
    if (requestsInFlight.value >= this.#limit) {
      concurrencyLimitExceeded.inc();
      const text = `Limit of concurrent GET requests reached (${this.#limit}), try again later.\n`;
      return toResponse(errorText(503, text), request.method);
    }
    requestsInFlight.inc();
    let streaming = false;
    try {
      const response = await answer();
      streaming = onEnd(request, response, () => requestsInFlight.dec());
      return response;
    } finally {
      if (!streaming) requestsInFlight.dec();
    }
  }
}

/** Answers 503 in place of whatever takes longer than `ms` (spec §2.2); 0 and below mean any time. */
export async function withTimeout(ms: number, text: string, answer: () => Promise<Response>): Promise<Response> {
  if (ms <= 0) return answer();
  let timer: Timer | undefined;
  const late = new Promise<Response>((resolve) => {
    timer = setTimeout(() => {
      const headers = { "Content-Type": "text/plain; charset=utf-8" };
      resolve(new Response(`Exceeded configured timeout of ${text}.\n`, { status: 503, headers }));
    }, ms);
  });
  const answered = answer();
  try {
    const first = await Promise.race([answered, late]);
    // What comes after all is sent to nobody.
    answered.then((response) => {
      if (response !== first) giveUp(response);
    }, ignored);
    return first;
  } finally {
    clearTimeout(timer);
  }
}

/** Who asked has been told that it took too long. */
function ignored(): void {}
