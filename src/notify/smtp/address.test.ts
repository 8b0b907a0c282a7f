import { expect, test } from "bun:test";
import { parseAddressList } from "./address.ts";

// As Go 1.26's net/mail answers.
test.each<[string, string[]]>([
  ["a@b.c", ["a@b.c"]],
  [" a@b.c , d@e.f,", ["a@b.c", "d@e.f"]],
  [",,a@b.c", ["a@b.c"]],
  ["Full Name <a@b.c>", ["a@b.c"]],
  ['"Q, U" <q.u@b.c>', ["q.u@b.c"]],
  ["<a@b.c>", ["a@b.c"]],
  ["a@b.c (a (nested) comment), d@e.f", ["a@b.c", "d@e.f"]],
  ["group: a@b.c, N <d@e.f>;, g@h.i", ["a@b.c", "d@e.f", "g@h.i"]],
  ["empty:;, a@b.c", ["a@b.c"]],
  ["a@[127.0.0.1]", ["a@[127.0.0.1]"]],
  ['"a b"@c.d', ["a b@c.d"]],
  ['"a\\"b"@c.d', ['a"b@c.d']],
  ["ü@müller.de", ["ü@müller.de"]],
  ["J. R. Doe <a@b.c>", ["a@b.c"]],
])("%s", (text, addresses) => {
  expect(parseAddressList(text)).toEqual(addresses);
});

test.each([
  ["", "mail: no address"],
  ["nobody", "mail: missing '@' or angle-addr"],
  ["Full Name", "mail: no angle-addr"],
  ["a@b.c d@e.f", "mail: expected comma"],
  ["a@b.c (open", "mail: misformatted parenthetical comment"],
  ["N <a@b.c", "mail: unclosed angle-addr"],
  ["N <a..b@c.d>", "mail: double dot in atom"],
  ["<.a@b.c>", "mail: leading dot in atom"],
  ["<a@b.>", "mail: trailing dot in atom"],
  ["<a@>", "mail: invalid string"],
  ["<a>", "mail: missing @ in addr-spec"],
  ["<>", "mail: invalid string"],
  ["@b.c", "mail: missing word in phrase: mail: invalid string"],
  ['"open <a@b.c>', "mail: missing word in phrase: mail: unclosed quoted-string"],
  ['<""@b.c>', "mail: empty quoted string in addr-spec"],
  ["<a@[nope]>", 'mail: invalid IP address in domain-literal: "nope"'],
  ["<a@[1.2.3.4>", "mail: unclosed domain-literal"],
  ["group: a@b.c", "mail: expected comma"],
])("%s is refused", (text, message) => {
  expect(() => parseAddressList(text)).toThrow(new Error(message));
});
