import type { Metrics } from "../../metrics/index.ts";
import type { Target } from "../path.ts";
import { toResponse } from "../plain.ts";
import { onEnd } from "../v2/stream.ts";
import type { Client } from "../web/index.ts";
import type { PlusParts } from "./index.ts";
import type { Found, Router } from "./router.ts";

export interface PlusRequestsOptions extends PlusParts {
  readonly metrics: Metrics;
  /** Bounds how many GETs are answered at a time, and how long each takes. */
  readonly limited: (request: Request, answer: () => Promise<Response>) => Promise<Response>;
}

/** Answers requests below `/api/plus/v1`. What answers them is taken in with the first. */
export class PlusRequests {
  readonly #options: PlusRequestsOptions;
  #router: Promise<Router> | undefined;

  constructor(options: PlusRequestsOptions) {
    this.#options = options;
  }

  /** Health is answered with no more than what is there from the start. */
  isOurs(path: string): boolean {
    const { base } = this.#options;
    return path.startsWith(`${base}/`) && path !== `${base}/health`;
  }

  async answer(request: Request, { path, query }: Target, client: Client | undefined): Promise<Response> {
    const began = performance.now();
    const { base, limited } = this.#options;
    this.#router ??= import("./index.ts").then(({ createPlus }) => createPlus(this.#options));
    const router = await this.#router;
    const found = router.find(request.method, path.slice(base.length));
    const run = () => this.#observed(router, request, client, query, found, began);
    return "endpoint" in found && found.endpoint.isEndless === true ? run() : limited(request, run);
  }

  async #observed(
    router: Router,
    request: Request,
    client: Client | undefined,
    query: string,
    found: Found,
    began: number,
  ): Promise<Response> {
    const { metrics } = this.#options;
    const { method } = request;
    const reply = await router.answer(request, client, query, found);
    const response = reply instanceof Response ? reply : toResponse(reply, method);
    const label = `/api/plus/v1${"endpoint" in found ? found.endpoint.path : "/"}`;
    const observe = () =>
      metrics.http.requestDuration
        .with(label, method.toLowerCase(), String(response.status))
        .observe((performance.now() - began) / 1000);
    if (!onEnd(request, response, observe)) observe();
    return response;
  }
}
