import type { QueryClient } from "@tanstack/react-query";
import { useSyncExternalStore } from "react";
import { addressOf } from "./client.ts";

export type LiveState = "connecting" | "live" | "away";

/** What an event makes out of date, by the first part of the queries' keys. */
const AFFECTED: Readonly<Record<string, readonly string[]>> = {
  alert: ["alerts", "explain", "history", "routes"],
  verdict: ["alerts", "explain", "history"],
  silence: ["alerts", "explain", "silences", "history"],
  notification: ["notifications", "receivers", "explain", "history"],
  classification: ["alerts", "llm", "explain", "history"],
  reload: ["config", "routes", "status", "receivers", "alerts", "explain"],
  health: ["cluster", "health", "status"],
  config: ["config", "routes", "history"],
  heartbeat: ["heartbeats", "history"],
  access: ["tokens", "history"],
};
const EVERYTHING = [...new Set(Object.values(AFFECTED).flat())];

/** ms between two rounds of asking again at the least, however much happens. */
const REST = 1500;

/** ms after which a page that is hidden lets go of its stream. */
const PATIENCE = 30_000;

/** The server's event stream: it says what to ask again, and whether the page is up to date. */
class Live {
  #state: LiveState = "connecting";
  #since = new Date();
  #snapshot = { state: this.#state, since: this.#since };
  readonly #listeners = new Set<() => void>();
  readonly #stale = new Set<string>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #source: EventSource | undefined;
  #client: QueryClient | undefined;
  #lastId = "";
  #wasOpen = false;
  #leaving: ReturnType<typeof setTimeout> | undefined;
  /** ms until the next try where the stream was refused. */
  #wait = 1000;

  /** Listens from now on, and again whenever the stream breaks off. */
  start(client: QueryClient): void {
    this.#client = client;
    this.#connect();
    document.addEventListener("visibilitychange", () => this.#seen());
  }

  /** Begins anew, as after signing in. */
  restart(): void {
    this.#source?.close();
    this.#connect();
  }

  readonly subscribe = (changed: () => void): (() => void) => {
    this.#listeners.add(changed);
    return () => this.#listeners.delete(changed);
  };
  readonly snapshot = () => this.#snapshot;

  #connect(): void {
    const source = new EventSource(addressOf("api/plus/v1/events", { lastEventId: this.#lastId }));
    this.#source = source;
    source.addEventListener("open", () => {
      this.#wait = 1000;
      this.#become("live");
      // Where nothing had been told yet, the server cannot know what was missed since.
      if (this.#wasOpen && this.#lastId === "") this.#outdate(EVERYTHING);
      this.#wasOpen = true;
    });
    source.addEventListener("error", () => {
      if (source !== this.#source) return;
      this.#become("away");
      // The browser itself comes back after a broken connection, but gives up where the answer was no stream.
      if (source.readyState !== EventSource.CLOSED) return;
      setTimeout(() => {
        if (source === this.#source) this.#connect();
      }, this.#wait);
      this.#wait = Math.min(this.#wait * 2, 30_000);
    });
    for (const [kind, keys] of [...Object.entries(AFFECTED), ["reset", EVERYTHING] as const]) {
      source.addEventListener(kind, ({ lastEventId }) => {
        if (lastEventId !== "") this.#lastId = lastEventId;
        this.#outdate(keys);
      });
    }
  }

  /** A page nobody looks at lets go of its stream: over HTTP/1.1 a browser has six connections to a server, for all its tabs. */
  #seen(): void {
    clearTimeout(this.#leaving);
    if (document.hidden) this.#leaving = setTimeout(() => this.#leave(), PATIENCE);
    else if (this.#source === undefined) this.#connect();
    this.#soon();
  }

  #leave(): void {
    this.#source?.close();
    this.#source = undefined;
    this.#become("connecting");
  }

  #become(state: LiveState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#since = new Date();
    this.#snapshot = { state, since: this.#since };
    for (const listener of this.#listeners) listener();
  }

  #outdate(keys: readonly string[]): void {
    for (const key of keys) this.#stale.add(key);
    this.#soon();
  }

  /** In a storm everything is asked again once a while, not once an event; and not where nobody looks. */
  #soon(): void {
    if (this.#timer !== undefined || this.#stale.size === 0 || document.hidden) return;
    this.#timer = setTimeout(async () => {
      const keys = [...this.#stale];
      this.#stale.clear();
      const began = performance.now();
      await Promise.all(keys.map((key) => this.#client?.invalidateQueries({ queryKey: [key] })));
      // What takes long to answer is asked less often.
      setTimeout(
        () => {
          this.#timer = undefined;
          this.#soon();
        },
        Math.max(REST, 4 * (performance.now() - began)),
      );
    }, 250);
  }
}

export const live = new Live();

export function useLive(): { readonly state: LiveState; readonly since: Date } {
  return useSyncExternalStore(live.subscribe, live.snapshot);
}
