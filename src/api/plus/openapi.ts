import type { TSchema } from "@sinclair/typebox";
import type { Endpoint } from "./endpoint.ts";
import { PROBLEM } from "./problem.ts";

type Json = Readonly<Record<string, unknown>>;

/**
 * The OpenAPI 3.1 document of all endpoints, made of the schemas that check what comes in.
 *
 * @param server where the paths begin, such as `/am/api/plus/v1`
 */
export function openAPI(endpoints: readonly Endpoint[], server: string, version: string): Json {
  const named = new Map<string, unknown>();
  const paths: Record<string, Record<string, Json>> = {};
  for (const endpoint of endpoints) {
    const path = endpoint.path.replace(/:(\w+)/g, "{$1}");
    (paths[path] ??= {})[endpoint.method.toLowerCase()] = operation(endpoint, named);
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Alertmanager++",
      version,
      description: "What Alertmanager++ answers beside Alertmanager's own API, which stays at /api/v2.",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: server }],
    security: [{}, { token: [] }, { basic: [] }, { session: [] }],
    paths,
    components: {
      schemas: Object.fromEntries(named),
      securitySchemes: {
        token: { type: "http", scheme: "bearer" },
        basic: { type: "http", scheme: "basic" },
        session: { type: "apiKey", in: "cookie", name: "alertmanager_session" },
      },
    },
  };
}

function operation(endpoint: Endpoint, named: Map<string, unknown>): Json {
  const { method, path, tag, summary, description, needs, query, body, bodyType, answers } = endpoint;
  const parameters = [
    ...[...path.matchAll(/:(\w+)/g)].map(([, name]) => ({
      name,
      in: "path",
      required: true,
      schema: { type: "string" },
    })),
    ...Object.entries(query?.properties ?? {}).map(([name, schema]) => ({
      name,
      in: "query",
      required: query?.required?.includes(name) === true,
      schema: inlined(schema, named),
    })),
  ];
  const content = bodyType === undefined ? json(body, named) : { [bodyType]: {} };
  return {
    tags: [tag],
    operationId: `${method.toLowerCase()}${path.replace(/[/:-]+(\w)/g, (_, first: string) => first.toUpperCase())}`,
    summary,
    ...(description !== undefined && { description }),
    "x-role": needs,
    ...(parameters.length > 0 && { parameters }),
    ...(body !== undefined && { requestBody: { required: true, content } }),
    responses: {
      ...Object.fromEntries(Object.entries(answers).map(([status, answer]) => [status, response(answer, named)])),
      default: {
        description: "Not done, and why",
        content: { "application/problem+json": { schema: inlined(PROBLEM, named) } },
      },
    },
  };
}

function response(answer: TSchema | string | null, named: Map<string, unknown>): Json {
  if (answer === null) return { description: "Done" };
  return { description: "Answered", content: typeof answer === "string" ? { [answer]: {} } : json(answer, named) };
}

function json(schema: TSchema | undefined, named: Map<string, unknown>): Json {
  return { "application/json": schema === undefined ? {} : { schema: inlined(schema, named) } };
}

/** A schema as JSON, with those that have a name replaced by a reference. */
function inlined(schema: unknown, named: Map<string, unknown>): unknown {
  if (Array.isArray(schema)) return schema.map((one) => inlined(one, named));
  if (schema === null || typeof schema !== "object") return schema;
  const { $id, $ref, ...rest } = schema as { $id?: string; $ref?: string };
  // A schema that is part of itself.
  if ($ref !== undefined) return { $ref: `#/components/schemas/${$ref}` };
  const plain = () => Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, inlined(value, named)]));
  if ($id === undefined) return plain();
  if (!named.has($id)) {
    named.set($id, undefined);
    named.set($id, plain());
  }
  return { $ref: `#/components/schemas/${$id}` };
}
