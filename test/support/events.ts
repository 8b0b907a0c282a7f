import type { Target } from "./api.ts";
import { eventually } from "./wait.ts";

export interface StreamedEvent {
  readonly id: string;
  readonly type: string;
  readonly data: {
    readonly kind?: string;
    readonly change?: string;
    readonly fingerprint?: string | null;
    readonly labels?: Readonly<Record<string, string>> | null;
    readonly receiver?: string | null;
    readonly summary?: string;
  };
}

/** A stream of events that is being read. */
export class EventReader implements AsyncDisposable {
  readonly events: StreamedEvent[] = [];
  /** As a browser keeps it. */
  lastId = "";
  isEnded = false;
  readonly #abort = new AbortController();

  private constructor(readonly response: Response) {}

  static async open(target: Target, query = "", lastId?: string): Promise<EventReader> {
    const abort = new AbortController();
    const response = await fetch(`${target.url}/api/plus/v1/events${query}`, {
      headers: lastId === undefined ? {} : { "Last-Event-ID": lastId },
      keepalive: false,
      signal: abort.signal,
    });
    const reader = new EventReader(response);
    reader.#abort.signal.addEventListener("abort", () => abort.abort());
    void reader.#read();
    return reader;
  }

  async #read(): Promise<void> {
    let rest = "";
    const decoder = new TextDecoder();
    try {
      for await (const bytes of this.response.body as unknown as AsyncIterable<Uint8Array>) {
        rest += decoder.decode(bytes, { stream: true });
        const messages = rest.split("\n\n");
        rest = messages.pop() ?? "";
        for (const message of messages) this.#take(message);
      }
    } catch {
      // Cut off.
    }
    this.isEnded = true;
  }

  #take(message: string): void {
    const fields = new Map(message.split("\n").map((line) => [line.split(":")[0], line.slice(line.indexOf(":") + 2)]));
    this.lastId = fields.get("id") ?? this.lastId;
    const data = fields.get("data");
    if (data === undefined) return;
    this.events.push({
      id: this.lastId,
      type: fields.get("event") ?? "message",
      data: JSON.parse(data) as StreamedEvent["data"],
    });
  }

  /** Waits for an event. */
  until(what: string, wanted: (event: StreamedEvent) => boolean): Promise<StreamedEvent> {
    return eventually(what, () => this.events.find(wanted));
  }

  cut(): void {
    this.#abort.abort();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cut();
  }
}
