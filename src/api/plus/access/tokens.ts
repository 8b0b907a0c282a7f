import { Type } from "@sinclair/typebox";
import { GRANTS, permission, tokenName } from "../../../config/plus/access.ts";
import type { Access } from "../../access/access.ts";
import type { Token } from "../../access/token.ts";
import { MOST_TOKENS } from "../../access/tokens.ts";
import { created, endpoint, noContent, ok, type Endpoint } from "../endpoint.ts";
import { pageOf } from "../paging.ts";
import { Problem } from "../problem.ts";
import { oneOf, orNull, TIME } from "../schemas.ts";
import { matchersText } from "./permissions.ts";
import { stored } from "./stored.ts";

const tag = "access";
const DAY = 86_400_000;

/** How long a token is good where nobody says how long, ms. */
const USUAL = 90 * DAY;

const PERMISSIONS = Type.Array(Type.String({ maxLength: 1000 }), { maxItems: 50 });

const FIELDS = {
  id: Type.String(),
  name: Type.String(),
  role: oneOf(GRANTS),
  createdAt: orNull(TIME),
  createdBy: orNull(Type.String()),
  expiresAt: orNull(TIME),
  lastUsedAt: orNull(TIME),
  silenceMatchers: orNull(PERMISSIONS),
  declared: Type.Boolean({ description: "Given in the server's file, which is where it is taken away." }),
};
const TOKEN = Type.Object(FIELDS, { description: "What proves who somebody is, without its text." });
const NEW_TOKEN = Type.Object({ ...FIELDS, token: Type.String({ description: "Its text, told this once." }) });

/** Tokens: listed, made and revoked. */
export function tokenEndpoints(access: Access): readonly Endpoint[] {
  const { tokens } = access;

  function find(id: string): Token {
    const token = tokens.get(id);
    if (token === undefined) throw new Problem(404, `there is no token of the ID ${JSON.stringify(id)}`);
    return token;
  }

  function shown({ id, name, role, createdAt, createdBy, expires, silences, isDeclared }: Token) {
    return {
      id,
      name,
      role,
      createdAt: timeText(createdAt),
      createdBy: createdBy ?? null,
      expiresAt: timeText(expires),
      lastUsedAt: timeText(tokens.lastUsed(id)),
      silenceMatchers: silences?.map(matchersText) ?? null,
      declared: isDeclared,
    };
  }

  return [
    endpoint({
      method: "GET",
      path: "/tokens",
      tag,
      summary: "All tokens: those of the file, then the others by age",
      needs: "admin",
      answers: { 200: pageOf(TOKEN) },
      answer: () => ok({ items: tokens.list().map(shown), next: null }),
    }),
    endpoint({
      method: "GET",
      path: "/tokens/:id",
      tag,
      summary: "One token",
      needs: "admin",
      answers: { 200: TOKEN },
      answer: ({ params }) => ok(shown(find(params.id))),
    }),
    endpoint({
      method: "POST",
      path: "/tokens",
      tag,
      summary: "Make a token; its text is told in the answer and never again",
      needs: "admin",
      body: Type.Object(
        {
          name: Type.String(),
          role: oneOf(GRANTS),
          expiresAt: Type.Optional(orNull(TIME)),
          silenceMatchers: Type.Optional(orNull(PERMISSIONS)),
        },
        { additionalProperties: false },
      ),
      maxBody: 128 * 1024,
      answers: { 201: NEW_TOKEN },
      async answer({ body, caller, client }) {
        const { role, silenceMatchers: silences = null } = body;
        const name = checked("name", () => tokenName(body.name));
        silences?.forEach((text, i) => checked(`silenceMatchers[${i}]`, () => permission(text)));
        if (silences !== null && role !== "responder") {
          throw fault("silenceMatchers", `they limit what a responder may silence, and the role is ${role}`);
        }
        const all = tokens.list();
        if (all.some((one) => one.name === name && !tokens.isExpired(one))) {
          throw new Problem(409, `there is a token named ${name} already`);
        }
        if (all.length >= MOST_TOKENS) throw new Problem(409, `there are ${MOST_TOKENS} tokens already: revoke some`);
        const now = access.now();
        const expires = expiry(body.expiresAt, now);
        if (expires !== null && expires <= now) throw fault("expiresAt", "expected a time to come");
        const { token, secret } = await stored(tokens.make({ name, role, silences, expires, createdBy: caller.name }));
        access.tell("token_created", caller, client, token);
        return created({ ...shown(token), token: secret });
      },
    }),
    endpoint({
      method: "DELETE",
      path: "/tokens/:id",
      tag,
      summary: "Revoke a token, and end what was logged in with it, within a second everywhere",
      needs: "admin",
      answers: { 204: null },
      async answer({ params, caller, client }) {
        const token = find(params.id);
        if (token.isDeclared) {
          throw new Problem(
            409,
            `the token ${token.name} is given in the server's file: take it out there, and reload`,
          );
        }
        await stored(tokens.revoke(token.id));
        access.tell("token_revoked", caller, client, token);
        return noContent();
      },
    }),
  ];
}

/** ms; null: never. */
function expiry(given: string | null | undefined, now: number): number | null {
  if (given === undefined) return now + USUAL;
  return given === null ? null : Date.parse(given);
}

function timeText(ms: number | undefined): string | null {
  return ms === undefined ? null : new Date(ms).toISOString();
}

function fault(path: string, message: string): Problem {
  return new Problem(400, `${path}: ${message}`, [{ path, message }]);
}

function checked<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw fault(path, (error as Error).message);
  }
}
