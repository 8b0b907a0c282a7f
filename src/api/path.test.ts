import { expect, test } from "bun:test";
import { cleanPath, decodePath, encodePath, hasBadEscape, targetOf } from "./path.ts";

test.each([
  ["http://h/", "/", ""],
  ["http://h", "/", ""],
  ["http://h:1/a/b?c=d?e", "/a/b", "c=d?e"],
  ["http://h//a?", "//a", ""],
])("takes %s apart", (url, path, query) => {
  expect(targetOf(url)).toEqual({ path, query });
});

test.each([
  ["/", "/"],
  ["//", "/"],
  ["/a", "/a"],
  ["/a/", "/a/"],
  ["//a//b//", "/a/b/"],
  ["/a/./b", "/a/b"],
  ["/a/../b", "/b"],
  ["/../..", "/"],
  ["/a/..", "/"],
  ["/a/b/../", "/a/"],
  ["/.a/..b", "/.a/..b"],
])("cleans %s to %s", (path, cleaned) => {
  expect(cleanPath(path)).toBe(cleaned);
});

test("writes a path as Go does", () => {
  expect(encodePath("/a b%20/é?#[]!*'()$&+,:;=@~-_.")).toBe(
    "/a%20b%2520/%C3%A9%3F%23%5B%5D%21%2A%27%28%29$&+,:;=@~-_.",
  );
});

test("undoes escapes, and tells bad ones", () => {
  expect(decodePath("/%2d/%C3%A9")).toBe("/-/é");
  expect(decodePath("/%ff")).toBe("/%ff");
  expect([hasBadEscape("/a"), hasBadEscape("/%41"), hasBadEscape("/%4"), hasBadEscape("/%zz")]).toEqual([
    false,
    false,
    true,
    true,
  ]);
});
