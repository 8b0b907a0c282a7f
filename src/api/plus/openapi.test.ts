import { expect, test } from "bun:test";
import { createPlus, type PlusParts } from "./index.ts";
import { openAPI } from "./openapi.ts";

/** Stands for whatever an area is made of: only asked for when a request is answered. */
const anything: unknown = new Proxy(function stand() {}, { get: () => anything, apply: () => anything });
const parts = new Proxy({ base: "/api/plus/v1", version: "1" } as unknown as PlusParts, {
  get: (known, name) => (name in known ? known[name as keyof PlusParts] : anything),
});

const document = openAPI(createPlus(parts).endpoints, "/api/plus/v1", "1");

function* refsIn(value: unknown): Generator<string> {
  if (value === null || typeof value !== "object") return;
  for (const [key, inner] of Object.entries(value)) {
    if (key === "$ref" && typeof inner === "string") yield inner;
    else yield* refsIn(inner);
  }
}

test("everything the document refers to is in it", () => {
  const { schemas } = document["components"] as { schemas: Readonly<Record<string, unknown>> };
  const known = new Set(Object.keys(schemas).map((name) => `#/components/schemas/${name}`));
  const refs = [...new Set(refsIn(document))].toSorted();

  expect(refs).toContain("#/components/schemas/Route");
  expect(refs.filter((ref) => !known.has(ref))).toEqual([]);
});

test("each operation has a name of its own, and parameters named in its path alone", () => {
  const paths = document["paths"] as Readonly<Record<string, Readonly<Record<string, Record<string, unknown>>>>>;
  const names: unknown[] = [];
  for (const [path, methods] of Object.entries(paths)) {
    for (const operation of Object.values(methods)) {
      names.push(operation["operationId"]);
      const parameters = (operation["parameters"] ?? []) as { readonly in: string; readonly name: string }[];
      const inPath = parameters.filter((one) => one.in === "path").map(({ name }) => `{${name}}`);
      expect(Array.from(path.matchAll(/\{\w+\}/g), ([name]) => name)).toEqual(inPath);
    }
  }
  expect(new Set(names).size).toBe(names.length);
});
