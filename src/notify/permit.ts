import { AsyncLocalStorage } from "node:async_hooks";

/** What allows the attempt that is under way to send. */
interface Valid {
  valid(): boolean;
}

const current = new AsyncLocalStorage<Valid>();

/** The permit ran out before anything was sent. */
export class PermitLost extends Error {
  constructor() {
    super("another server has taken over");
  }
}

/** Runs an attempt to send under a permit. */
export function withPermit<T>(permit: Valid | undefined, attempt: () => Promise<T>): Promise<T> {
  return permit === undefined ? attempt() : current.run(permit, attempt);
}

/**
 * To be called right before bytes that make a receiver act are written: a process that was stopped for a while must not
 * go on as if no time had passed.
 * @throws PermitLost
 */
export function checkPermit(): void {
  if (current.getStore()?.valid() === false) throw new PermitLost();
}
