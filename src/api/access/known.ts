import type { AccessSettings, Rights } from "../../config/plus/access.ts";
import { may, type Caller } from "../plus/caller.ts";
import { isLocal } from "../plus/local.ts";
import type { Client } from "../web/index.ts";
import type { Token } from "./token.ts";

/** Whoever has proved nothing. */
export const ANYBODY = { name: "anonymous", via: "nobody", silenceMatchers: null } as const;

export function callerWith({ name, ...rights }: Token, via: "token" | "session"): Caller {
  return known(name, via, rights);
}

/** Who asks, where they show neither a token nor a session. */
export function callerWithout(settings: AccessSettings, request: Request, client: Client | undefined): Caller {
  const { users, anonymous, local } = settings;
  const role = anonymous === "none" ? undefined : anonymous;
  if (client?.user !== undefined) {
    const rights = users.get(client.user);
    if (rights !== undefined) return known(client.user, "basic auth", rights);
    return { ...ANYBODY, name: client.user, via: "basic auth", role };
  }
  const names = client?.certificateNames ?? [];
  for (const name of names) {
    const rights = users.get(name);
    if (rights !== undefined) return known(name, "certificate", rights);
  }
  if (local !== "none" && isLocal(request, client)) {
    return { name: "local", via: "local", role: local, silenceMatchers: null };
  }
  if (names[0] !== undefined) return { ...ANYBODY, name: names[0], via: "certificate", role };
  return { ...ANYBODY, role };
}

function known(name: string, via: Caller["via"], { role, silences }: Rights): Caller {
  if (role === "ingest") return { name, via, role: undefined, ingests: true, silenceMatchers: [] };
  return { name, via, role, silenceMatchers: silences ?? null };
}

/** Viewers may look; who may silence an alert may also make one. What nobody proves is not enough where proof is asked for. */
export function mayIngest(caller: Caller): boolean {
  return caller.ingests === true || (caller.via !== "nobody" && may(caller, "responder"));
}
