import type { Matcher } from "../../core/model/matcher.ts";
import type { Client } from "../web/index.ts";
import { mayAdminister, REFUSED } from "./local.ts";
import { Problem } from "./problem.ts";

/** What somebody may do; each may do all that those before it may. */
const ROLES = ["viewer", "responder", "admin"] as const;
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
  /** Set for those whose one right is to send alerts. */
  readonly ingests?: true;
}

/** Finds out who asks. */
export interface Callers {
  /** @throws Problem 401 when what is shown to prove it is wrong */
  callerOf(request: Request, client: Client | undefined): Caller | Promise<Caller>;
  /** Why somebody may not do what takes a role. */
  refused(caller: Caller, needs: Role): Problem;
  /**
   * Aborted once somebody who is being answered is not who they were any more; without it that does not happen.
   *
   * @param over aborted when the answer has ended
   */
  ending?(request: Request, client: Client | undefined, caller: Caller, over: AbortSignal): AbortSignal;
}

/** Where nobody has to say who they are: what upstream lets everybody do, and the rest for this machine itself. */
export const OPEN: Callers = {
  callerOf(request, client) {
    if (!mayAdminister(request, client)) {
      return { name: "anonymous", via: "nobody", role: "responder", silenceMatchers: null };
    }
    const proved = client?.isAuthenticated === true;
    const via = client?.user === undefined ? "certificate" : "basic auth";
    return {
      name: proved ? (client.user ?? client.certificateNames?.[0] ?? "proved") : "local",
      via: proved ? via : "local",
      role: "admin",
      silenceMatchers: null,
    };
  },
  refused: (caller, needs) => (caller.via === "nobody" ? new Problem(403, REFUSED) : lacking(caller, needs)),
};

/** Why somebody may not do what takes a role they do not have: 401 where they have not said who they are. */
export function lacking({ name, via, role, ingests }: Caller, needs: string): Problem {
  if (via === "nobody") return unauthorized(`this takes the role ${needs}: say who you are, by a token for one`);
  const has = ingests === true ? "ingest" : role;
  return new Problem(
    403,
    `this takes the role ${needs}; ${name} has ${has === undefined ? "none" : `the role ${has}`}`,
  );
}

export function unauthorized(detail: string): Problem {
  return new Problem(401, detail, [], { "WWW-Authenticate": 'Bearer realm="alertmanager"' });
}

export function may({ role }: Caller, needed: Role): boolean {
  return role !== undefined && ROLES.indexOf(role) >= ROLES.indexOf(needed);
}
