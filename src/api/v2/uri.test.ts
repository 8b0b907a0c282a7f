import { expect, test } from "bun:test";
import { isRequestURI } from "./uri.ts";

// Verdicts of Go's url.ParseRequestURI on what stands before the `#`.
test.each([
  "http://a.b:80/p?q=%zz",
  "http://u:p@h/x%20y",
  "/foo//bar?x",
  "//x/y",
  "mailto:x@y",
  "a:b",
  "http://[::1]:90/",
  "http://[fe80::1%25en0]/",
  "*",
  "HTTPS://é.com/é",
  "http://",
  "http://h:/x",
  "ftp://a:1:2/",
  "http://a/ b",
  "http://x#b a\x7f",
  "http://h/<>",
  "///a",
])("takes %p", (text) => {
  expect(isRequestURI(text)).toBe(true);
});

test.each([
  "",
  "foo",
  "foo/bar",
  "#x",
  "?x",
  "://x",
  ":x",
  "http://a b/",
  "http://a/%zz",
  "http://h/%",
  "http://h:x/",
  "http://a:1:2/",
  "http://[::1/",
  "http://[::1:]/",
  "http://[1.2.3.4]/",
  "http://x[::1]/",
  "http://[fe80::1%25]/",
  "http://[fe80::1%25e n]/",
  "http://%41/",
  "http://a^b/",
  "http://us er@h/",
  "http://h/\x00",
  "1http://x",
])("refuses %p", (text) => {
  expect(isRequestURI(text)).toBe(false);
});
