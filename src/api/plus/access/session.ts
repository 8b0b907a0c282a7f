import { Type } from "@sinclair/typebox";
import type { Access } from "../../access/access.ts";
import { cookie, sessionOf } from "../../access/shown.ts";
import type { Client } from "../../web/index.ts";
import type { Caller } from "../caller.ts";
import { endpoint, noContent, ok, type Endpoint } from "../endpoint.ts";
import { Problem } from "../problem.ts";
import { oneOf, orNull } from "../schemas.ts";
import { matchersText } from "./permissions.ts";
import { stored } from "./stored.ts";

const tag = "access";

const ME = Type.Object({
  name: Type.String(),
  via: oneOf(["nobody", "local", "basic auth", "certificate", "token", "session"]),
  role: orNull(oneOf(["ingest", "viewer", "responder", "admin"])),
  access: oneOf(["off", "on"]),
  silencePermissions: orNull(Type.Array(Type.String())),
});

/** Who one is; logging a browser in by a token, and out again. */
export function sessionEndpoints(access: Access, base: string): readonly Endpoint[] {
  // The session is for the API of upstream, too.
  const path = base.slice(0, -"/api/plus/v1".length) || "/";
  return [
    endpoint({
      method: "GET",
      path: "/me",
      tag,
      summary: "Who asks, and what they may do",
      needs: "nobody",
      answers: { 200: ME },
      answer: ({ caller }) => ok(me(caller, access.isOn)),
    }),
    endpoint({
      method: "POST",
      path: "/session",
      tag,
      summary: "Log a browser in: a token for a cookie",
      needs: "nobody",
      body: Type.Object(
        { token: Type.String({ minLength: 1, maxLength: 1000, writeOnly: true }) },
        { additionalProperties: false },
      ),
      maxBody: 8 * 1024,
      answers: { 204: null },
      async answer({ body, request, client }) {
        if (!access.isOn) throw new Problem(409, "access is off: nobody has to log in");
        const token = await access.proved(body.token, client);
        if (token.role === "ingest") throw new Problem(403, `the token ${token.name} may only send alerts`);
        const { secret, seconds } = await stored(access.begin(token));
        const before = sessionOf(request);
        if (before !== undefined) await stored(access.sessions.end(before));
        access.tell("login", { name: token.name, via: "token" }, client, token);
        return noContent({ "Set-Cookie": cookie(secret, seconds, path, isSecure(request, client)) });
      },
    }),
    endpoint({
      method: "DELETE",
      path: "/session",
      tag,
      summary: "Log a browser out",
      needs: "nobody",
      answers: { 204: null },
      async answer({ request, client }) {
        const secret = sessionOf(request);
        const token = secret === undefined ? undefined : access.sessionToken(secret);
        if (secret !== undefined) await stored(access.sessions.end(secret));
        if (token !== undefined) access.tell("logout", { name: token.name, via: "session" }, client, token);
        return noContent({ "Set-Cookie": cookie("", 0, path, isSecure(request, client)) });
      },
    }),
  ];
}

function me({ name, via, role, ingests, silenceMatchers }: Caller, isOn: boolean) {
  return {
    name,
    via,
    role: ingests === true ? "ingest" : (role ?? null),
    access: isOn ? "on" : "off",
    silencePermissions: silenceMatchers?.map(matchersText) ?? null,
  };
}

/** Whether the browser speaks TLS to us, or to a proxy in front of us. */
function isSecure({ headers }: Request, client: Client | undefined): boolean {
  return client?.isEncrypted === true || headers.get("x-forwarded-proto")?.split(",")[0]?.trim() === "https";
}
