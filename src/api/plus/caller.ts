import type { Matcher } from "../../core/model/matcher.ts";
import type { Client } from "../web/index.ts";
import { mayAdminister } from "./access.ts";

/** What somebody may do; each may do all that those before it may. */
export const ROLES = ["viewer", "responder", "admin"] as const;
export type Role = (typeof ROLES)[number];

/** Who asks. */
export interface Caller {
  /** For the record: a user, a token's name; `anonymous` for whoever has not said. */
  readonly name: string;
  readonly via: "nobody" | "local" | "basic auth" | "certificate" | "token" | "session";
  /** Undefined: may nothing. */
  readonly role: Role | undefined;
  /** A silence of theirs must be at least as narrow as one of these; null: any silence. */
  readonly silenceMatchers: readonly (readonly Matcher[])[] | null;
}

/** Finds out who asks. */
export interface Callers {
  /** @throws Problem 401 when what is shown to prove it is wrong */
  callerOf(request: Request, client: Client | undefined): Caller | Promise<Caller>;
}

/** Where nobody has to say who they are: what upstream lets everybody do, and the rest for this machine itself. */
export const OPEN: Callers = {
  callerOf(request, client) {
    if (!mayAdminister(request, client)) {
      return { name: "anonymous", via: "nobody", role: "responder", silenceMatchers: null };
    }
    const proved = client?.isAuthenticated === true;
    return {
      name: proved ? "proved" : "local",
      via: proved ? "basic auth" : "local",
      role: "admin",
      silenceMatchers: null,
    };
  },
};

export function may({ role }: Caller, needed: Role): boolean {
  return role !== undefined && ROLES.indexOf(role) >= ROLES.indexOf(needed);
}
