import { type Hello, NEWEST_PROTOCOL, OLDEST_PROTOCOL, type Refusal } from "./messages.ts";

/** What is thought of who greets: let in, sent away, this very server, or a member there is a connection to already. */
export type Verdict = "welcome" | "ourselves" | "known" | { readonly refuse: Refusal };

/** A connection that is there when another one with a member of the same name greets or joins. */
export interface Existing {
  readonly peer: Hello;
  readonly dialed: boolean;
  /** ms since it joined, and since anything was heard on it. */
  readonly age: number;
  readonly silence: number;
}

/**
 * Judges a greeting.
 *
 * @param dialed whether this side called
 * @param deaf ms of silence after which an existing connection is taken for dead
 */
export function judge(
  own: Hello,
  hello: Hello,
  dialed: boolean,
  existing: Existing | undefined,
  deaf: number,
): Verdict {
  if (hello.protocol < OLDEST_PROTOCOL || hello.oldestProtocol > NEWEST_PROTOCOL) return { refuse: "version" };
  if (hello.label !== own.label) return { refuse: "label" };
  if (hello.name === own.name) return hello.incarnation === own.incarnation ? "ourselves" : { refuse: "name" };
  if (existing === undefined) return "welcome";
  if (existing.peer.incarnation === hello.incarnation) return dialed ? "known" : "welcome";
  // One that was started again may take its own place, and one that has moved if the old place is quiet.
  return existing.silence < deaf && existing.peer.address !== hello.address ? { refuse: "name" } : "welcome";
}

/**
 * Whether a new connection with a member takes the place of an existing one: of two between the same two processes one
 * stays, and both sides choose the same.
 *
 * @param patience ms that making a connection may take
 */
export function replaces(own: Hello, hello: Hello, dialed: boolean, existing: Existing, patience: number): boolean {
  if (existing.peer.incarnation !== hello.incarnation || existing.dialed === dialed) return true;
  // An old one that is there still is one that the caller has lost.
  if (existing.age > patience) return true;
  // Both called at the same time: what the lesser name made stays.
  const oursIsLesser = own.name < hello.name;
  return dialed === oursIsLesser;
}
