import { expect, test } from "bun:test";
import { isFromAnotherSite } from "./same-site.ts";

const HOST = { Host: "am.example:9093" };

test.each<[string, Record<string, string>, boolean]>([
  ["a program", {}, false],
  ["our own page", { "Sec-Fetch-Site": "same-origin", Origin: "http://am.example:9093" }, false],
  ["somebody who typed the address", { "Sec-Fetch-Site": "none" }, false],
  ["a page of another site", { "Sec-Fetch-Site": "cross-site" }, true],
  ["a page beside ours", { "Sec-Fetch-Site": "same-site", Origin: "http://other.example" }, true],
  ["our own page, in a browser that says less", { Origin: "http://am.example:9093" }, false],
  ["our own page behind a proxy", { Origin: "https://alerts.example", "X-Forwarded-Host": "alerts.example" }, false],
  ["a page of another site, in a browser that says less", { Origin: "http://evil.example" }, true],
  ["a page of our name at another port", { Origin: "http://am.example" }, true],
  ["a page that hides where it is from", { Origin: "null" }, true],
])("%s", (_, headers, expected) => {
  const request = { headers: new Headers({ ...HOST, ...headers }) } as Request;
  expect(isFromAnotherSite(request)).toBe(expected);
});
