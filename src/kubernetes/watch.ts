import { pause, type Clock } from "../dispatch/clock.ts";
import { ApiError, type SecretEvent, type SecretsApi } from "./api.ts";
import type { TargetSecret } from "./secret.ts";

export interface WatchOptions {
  readonly api: Pick<SecretsApi, "list" | "watch">;
  readonly namespace: string;
  readonly clock: Clock;
  /** From 0 to below 1. */
  readonly random: () => number;
  readonly on: NamespaceListener;
}

export interface NamespaceListener {
  /** All there are; what was known before and is not among them is gone. */
  listed(secrets: readonly TargetSecret[]): void;
  changed(event: SecretEvent & { readonly secret: TargetSecret }): void;
  /** The server watches for us, for the first time or again. */
  watching(): void;
  /** What is known stays as it is. */
  failed(error: Error): void;
}

/** ms */
const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 60_000;
/** ms; a watch that ends before that without a word is no success. */
const SHORTEST_WATCH = 1000;
/** s; at least that long is watched at a time, and up to half as long again. */
const WATCH_SECONDS = 240;

/**
 * Keeps up with the Secrets of a namespace until the signal ends: lists them, and watches from there. A watch that ends goes on where
 * it was; where the server has forgotten that, they are listed again. After errors it waits, longer each time. Never rejects.
 */
export async function watchNamespace(options: WatchOptions, signal: AbortSignal): Promise<void> {
  const { api, namespace, clock, random, on } = options;
  let version: string | undefined;
  let failures = 0;
  while (!signal.aborted) {
    const began = clock.elapsed();
    let isAlive = false;
    let isQuiet = true;
    try {
      if (version === undefined) {
        const { secrets, resourceVersion } = await api.list(namespace, signal);
        version = resourceVersion;
        on.listed(secrets);
      }
      const seconds = Math.floor(WATCH_SECONDS * (1 + random() / 2));
      await api.watch(
        namespace,
        { resourceVersion: version, seconds },
        {
          open: () => {
            isAlive = true;
            on.watching();
          },
          event(event) {
            version = event.resourceVersion;
            isQuiet = false;
            const { secret } = event;
            if (secret !== undefined) on.changed({ ...event, secret });
          },
        },
        signal,
      );
      isQuiet &&= clock.elapsed() - began < SHORTEST_WATCH;
      failures = isQuiet ? failures + 1 : 0;
    } catch (error) {
      if (signal.aborted) return;
      const isForgotten = error instanceof ApiError && error.code === 410;
      if (isForgotten) version = undefined;
      else on.failed(error as Error);
      const wentWell = isAlive && (!isQuiet || clock.elapsed() - began >= SHORTEST_WATCH);
      failures = wentWell ? 1 : failures + 1;
    }
    if (failures > 0) await pause(clock, backOff(failures, random()), signal);
  }
}

/** Twice as long each time, from half of it to all of it. */
function backOff(failures: number, random: number): number {
  return Math.min(FIRST_PAUSE * 2 ** Math.min(failures - 1, 16), LONGEST_PAUSE) * (0.5 + random / 2);
}
