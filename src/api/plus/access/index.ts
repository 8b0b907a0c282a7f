import type { Access } from "../../access/access.ts";
import type { Endpoint } from "../endpoint.ts";
import { sessionEndpoints } from "./session.ts";
import { tokenEndpoints } from "./tokens.ts";

/** Who one is, logging in and out, and tokens. */
export function accessEndpoints(access: Access, base: string): readonly Endpoint[] {
  return [...sessionEndpoints(access, base), ...tokenEndpoints(access)];
}
