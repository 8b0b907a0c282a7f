import { expect, test } from "bun:test";
import { Routes } from "./routes.ts";

const ROUTES = new Routes(
  [
    ["GET", "/"],
    ["GET", "/-/ready"],
    ["HEAD", "/-/ready"],
    ["POST", "/-/reload"],
    ["GET", "/assets/*"],
    ["GET", "/v1/silence/:id"],
    ["DELETE", "/v1/silence/:id"],
  ].map(([method, pattern]) => ({ method: method as string, pattern: pattern as string, handler: pattern as string })),
);

function find(method: string, path: string): string {
  const found = ROUTES.find(method, path);
  switch (found.kind) {
    case "route":
      return found.route.handler;
    case "moved":
      return `moved to ${found.path}`;
    case "other methods":
      return `allows ${found.allow.join(", ")}`;
    case "none":
      return "none";
  }
}

test.each([
  ["GET", "/", "/"],
  ["GET", "/-/ready", "/-/ready"],
  ["GET", "/assets/", "/assets/*"],
  ["GET", "/assets/a/b", "/assets/*"],
  ["DELETE", "/v1/silence/x", "/v1/silence/:id"],
  ["GET", "/-/ready/", "moved to /-/ready"],
  ["GET", "/-/READY", "moved to /-/ready"],
  ["GET", "/-/Ready/", "moved to /-/ready"],
  ["GET", "/assets", "moved to /assets/"],
  ["GET", "/Assets/Foo", "moved to /assets/Foo"],
  ["GET", "/V1/Silence/Abc", "moved to /v1/silence/Abc"],
  ["GET", "/v1/silence/", "moved to /v1/silence"],
  ["GET", "/x/../-/ready", "moved to /-/ready"],
  ["GET", "/-/reload", "allows OPTIONS, POST"],
  ["POST", "/-/ready", "allows GET, HEAD, OPTIONS"],
  ["OPTIONS", "/-/ready", "allows GET, HEAD, OPTIONS"],
  ["POST", "/v1/silence/x", "allows DELETE, GET, OPTIONS"],
  ["POST", "/-/READY", "none"],
  ["GET", "/-/reload/", "none"],
  ["GET", "/v1/silence", "none"],
  ["GET", "/v1/silence/a/b", "none"],
  ["GET", "/nope", "none"],
])("%s %s: %s", (method, path, expected) => {
  expect(find(method, path)).toBe(expected);
});
