import type { Address } from "./address.ts";

/** A connection to another member, encrypted or not. */
export interface Link {
  /** IP address of the other end. */
  readonly remote: string;
  /** To be called once; what has arrived until then is kept. */
  attach(handlers: LinkHandlers): void;
  /** False: enough for now, go on at `drained`. */
  write(bytes: Uint8Array): boolean;
  /** Closes once what was written has gone. */
  end(): void;
  /** Closes at once. */
  destroy(): void;
}

export interface LinkHandlers {
  data(bytes: Uint8Array): void;
  drained(): void;
  /** Called once; the error is undefined when the other side ended it in order. */
  closed(error: Error | undefined): void;
}

/** Makes connections and takes those of others. */
export interface Transport {
  /** What is listened on. */
  readonly address: Address;
  /** To be called once; connections made before are waiting. */
  accept(onLink: (link: Link) => void): void;
  /** @throws Error worded as Go's dialer, or the signal's reason */
  dial(address: Address, signal: AbortSignal): Promise<Link>;
  /** Takes no more connections. */
  close(): Promise<void>;
}
