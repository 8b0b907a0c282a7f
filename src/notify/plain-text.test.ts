import { expect, test } from "bun:test";
import { plainText } from "./plain-text.ts";

const TEXT = "a_b *c* <!channel> [x](http://y) @here `z` {code} & 1.5% - ~no~";

test.each([
  // https://docs.slack.dev/messaging/formatting-message-text#escaping
  ["slack", "a_b *c* &lt;!channel&gt; [x](http://y) ＠here `z` {code} &amp; 1.5% - ~no~"],
  // https://core.telegram.org/bots/api#markdown-style
  ["telegram-markdown", "a\\_b \\*c\\* <!channel> \\[x](http://y) ＠here \\`z\\` {code} & 1.5% - ~no~"],
  // https://core.telegram.org/bots/api#markdownv2-style
  [
    "telegram-markdown-v2",
    "a\\_b \\*c\\* <\\!channel\\> \\[x\\]\\(http://y\\) ＠here \\`z\\` \\{code\\} & 1\\.5% \\- \\~no\\~",
  ],
  ["markdown", "a_b *c* ‹!channel› ［x］(http://y) ＠here 'z' ｛code｝ & 1.5% - ~no~"],
  ["none", TEXT],
] as const)("in %s a text means nothing but itself", (markup, expected) => {
  expect(plainText(markup, TEXT)).toBe(expected);
});
