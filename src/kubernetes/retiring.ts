import type { AlertPublisher } from "../core/interfaces/publishing.ts";

/** A publisher that can be taken out of use while it sends: its connections end with the last of what it sends. */
export interface Retiring {
  readonly publisher: AlertPublisher;
  retire(): void;
}

export function retiring(inner: AlertPublisher): Retiring {
  let sending = 0;
  let isRetired = false;
  const closeIfDone = () => {
    if (isRetired && sending === 0) inner.close?.();
  };
  return {
    publisher: {
      type: inner.type,
      async publish(notification, signal) {
        sending++;
        try {
          return await inner.publish(notification, signal);
        } finally {
          sending--;
          closeIfDone();
        }
      },
    },
    retire() {
      isRetired = true;
      closeIfDone();
    },
  };
}
