/**
 * What a receiver makes of the text it is sent, where it is more than text: Slack's own markup, one of Telegram's, or some
 * kind of Markdown or wiki text.
 */
export type Markup = "none" | "slack" | "telegram-markdown" | "telegram-markdown-v2" | "markdown";

// Look like what they stand for, and are nothing but text anywhere: what would link, mention or hold a tag does not.
const LOOKALIKES: Readonly<Record<string, string>> = {
  "<": "‹",
  ">": "›",
  "[": "［",
  "]": "］",
  "{": "｛",
  "}": "｝",
  "@": "＠",
  "`": "'",
};

const lookalike = (char: string) => LOOKALIKES[char] as string;
const backslash = (char: string) => `\\${char}`;

const PLAIN: Readonly<Record<Markup, (text: string) => string>> = {
  none: (text) => text,
  // https://docs.slack.dev/messaging/formatting-message-text#escaping; names are linked where the receiver asks for it.
  slack: (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/@/g, lookalike),
  // https://core.telegram.org/bots/api#formatting-options: what is left over is refused, and the message with it.
  "telegram-markdown": (text) => text.replace(/[_*`[]/g, backslash).replace(/@/g, lookalike),
  "telegram-markdown-v2": (text) => text.replace(/[\\_*[\]()~`>#+\-=|{}.!]/g, backslash).replace(/@/g, lookalike),
  markdown: (text) => text.replace(/[<>[\]{}@`]/g, lookalike),
};

/** A text of somebody who is not trusted as it can be put into what the receiver is sent, so that it only says what it says. */
export function plainText(markup: Markup, text: string): string {
  return PLAIN[markup](text);
}
