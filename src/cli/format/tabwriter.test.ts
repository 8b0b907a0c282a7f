import { expect, test } from "bun:test";

import { alignTabs } from "./tabwriter.ts";

// What Go 1.26's tabwriter with padding 2 makes of each text.
test.each([
  ["one column as wide as its widest cell", "a\tb\nccc\td\n", "a    b\nccc  d\n"],
  ["a last cell that ends in a tab too", "a\tb\t\nccc\tdd\t\n", "a    b   \nccc  dd  \n"],
  ["a line without the cell ends its column", "a\tb\nlong line\nccc\td\n", "a  b\nlong line\nccc  d\n"],
  ["columns of their own below a shorter line", "a\tb\tc\nd\te\nfff\tg\th\n", "a    b  c\nd    e\nfff  g  h\n"],
  ["empty cells", "\tb\t\t\nccc\t\t\t\n", "     b    \nccc       \n"],
  ["characters, not bytes or columns", "日本\tx\né\ty\n", "日本  x\né   y\n"],
  ["a vertical tab is a tab", "a\vb\nccc\td\n", "a    b\nccc  d\n"],
  ["a form feed ends the line and all columns", "a\tb\fccc\td\n", "a  b\nccc  d\n"],
])("%s", (_, text, expected) => {
  expect(alignTabs(text)).toBe(expected);
});
