import { expect, test } from "bun:test";
import { createMatcherParser } from "../../../core/model/matcher-parse.ts";
import { OPEN } from "../caller.ts";
import { Router } from "../router.ts";
import { eventsEndpoints } from "./index.ts";

test("where there is no room for another stream, one is told to come back", async () => {
  const streams = {
    hasRoom: false,
    async *listen(): AsyncGenerator<string> {
      yield "not reached";
    },
  };
  const matchers = createMatcherParser("fallback", () => undefined);
  const router = new Router(eventsEndpoints({ streams, matchers }), OPEN, () => undefined);
  const request = new Request("http://localhost/events");
  const answer = await router.answer(request, undefined, "", router.find("GET", "/events"));
  expect(answer.status).toBe(503);
  expect(new Headers(answer.headers).get("Retry-After")).toBe("5");
});
