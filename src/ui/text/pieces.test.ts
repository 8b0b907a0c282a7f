import { expect, test } from "bun:test";
import { piecesOf } from "./pieces.ts";

const links = (text: string) => piecesOf(text).flatMap((piece) => (piece.kind === "link" ? [piece.text] : []));

test("a web address ends before the punctuation of the sentence it stands in", () => {
  expect(links("See https://example.com/a?b=c&d=e#f, and (http://grafana/d/x).")).toEqual([
    "https://example.com/a?b=c&d=e#f",
    "http://grafana/d/x",
  ]);
  expect(links("https://en.wikipedia.org/wiki/Alert_(x) is one")).toEqual(["https://en.wikipedia.org/wiki/Alert_(x)"]);
  expect(links('<a href="https://a/b">javascript:alert(1)')).toEqual(["https://a/b"]);
});

test("moments as the server writes them are found; nothing of the text is lost", () => {
  const text = "mail failed at 2026-11-24 03:56:04 UTC: see http://x/y.";
  expect(piecesOf(text)).toEqual([
    { kind: "text", text: "mail failed at " },
    { kind: "moment", text: "2026-11-24 03:56:04 UTC" },
    { kind: "text", text: ": see " },
    { kind: "link", text: "http://x/y" },
    { kind: "text", text: "." },
  ]);
  expect(piecesOf("")).toEqual([]);
});
