import { describe, expect, test } from "bun:test";
import { ConfigError } from "./error.ts";
import { normalizeHttpUrl, normalizeUrl, redactUrl, withTrailingSlash } from "./go-url.ts";

// Texts are those of Go 1.26.

describe("a URL prints as Go prints it", () => {
  test.each([
    ["HTTP://Host:80/a/../b", "http://Host:80/a/../b"],
    ["http://h", "http://h"],
    ["http://h/a b/ä", "http://h/a%20b/%C3%A4"],
    ["http://h/a%2Fb%41", "http://h/a%2Fb%41"],
    ["http://h/?", "http://h/?"],
    ["http://u ser:p%40ss@h/", undefined],
    ["http://us%65r:p%40ss@h/", "http://user:p%40ss@h/"],
    ["http://[fe80::1%25en0]:80/", "http://[fe80::1%25en0]:80/"],
    ["http://h/#a b", "http://h/#a%20b"],
    ["mailto:a@b", "mailto:a@b"],
    ["//h/p", "//h/p"],
    ["", ""],
  ])("%s", (text, printed) => {
    if (printed === undefined) expect(() => normalizeUrl(text)).toThrow(ConfigError);
    else expect(normalizeUrl(text)).toBe(printed);
  });
});

describe("a URL is refused in Go's words", () => {
  test.each([
    ["http://[::1", "parse \"http://[::1\": missing ']' in host"],
    ["http://h:port", 'parse "http://h:port": invalid port ":port" after host'],
    ["http://a:b:1", 'parse "http://a:b:1": invalid port ":b:1" after host'],
    ["http://a b", 'parse "http://a b": invalid character " " in host name'],
    ["http://h/%zz", 'parse "http://h/%zz": invalid URL escape "%zz"'],
    ["http://h/%zz#f", 'parse "http://h/%zz": invalid URL escape "%zz"'],
    ["http://h/#%zz", 'parse "http://h/#%zz": invalid URL escape "%zz"'],
    ["http://a\tb", 'parse "http://a\\tb": net/url: invalid control character in URL'],
    [":x", 'parse ":x": missing protocol scheme'],
    ["a:b/c:d", 'unsupported scheme "a" for URL'],
    ["1:b", 'parse "1:b": first path segment in URL cannot contain colon'],
    ["http://[1.2.3.4]", 'parse "http://[1.2.3.4]": invalid IP-literal'],
    ["http://[1:2]", 'parse "http://[1:2]": invalid host: ParseAddr("1:2"): address string too short'],
    ["/path", 'unsupported scheme "" for URL'],
    ["http:///path", "missing host for URL"],
  ])("%j", (text, message) => {
    expect(() => normalizeHttpUrl(text)).toThrow(new ConfigError(message));
  });
});

test("a slash is added to the decoded path", () => {
  expect(withTrailingSlash("http://h?q")).toBe("http://h/?q");
  expect(withTrailingSlash("http://h/a/")).toBe("http://h/a/");
  expect(withTrailingSlash("http://h/a%2Fb")).toBe("http://h/a/b/");
});

test("a password is hidden, a user is not", () => {
  expect(redactUrl("http://u:p@h/")).toBe("http://u:xxxxx@h/");
  expect(redactUrl("http://u@h/")).toBe("http://u@h/");
});
