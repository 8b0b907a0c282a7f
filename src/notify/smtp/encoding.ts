/** Most bytes of text in one encoded word, as Go has it (RFC 2047 allows 75 with its marks). */
const MAX_WORD = 63;
const MAX_LINE = 76;

function hex(byte: number): string {
  return `=${byte.toString(16).toUpperCase().padStart(2, "0")}`;
}

/** A header's value as Go's mime.QEncoding writes it: plain where that is possible, else in encoded words of UTF-8. */
export function encodeHeader(value: string): string {
  if (/^[\t -~]*$/.test(value)) return value;
  const words = [""];
  let size = 0;
  for (const rune of value) {
    const encoded = /^[ -<>@-^`-~]$/.test(rune) ? rune.replace(" ", "_") : Array.from(Buffer.from(rune), hex).join("");
    if (size + encoded.length > MAX_WORD) {
      words.push("");
      size = 0;
    }
    words[words.length - 1] += encoded;
    size += encoded.length;
  }
  return words.map((word) => `=?utf-8?q?${word}?=`).join(" ");
}

/** Text as quoted-printable in the way Go's writer breaks lines: CRLF at each end of a line, at most 76 characters. */
export function quotedPrintable(text: string): string {
  let out = "";
  let line = "";
  const endLine = () => {
    const last = line.at(-1);
    // A blank at the end of a line would be lost.
    if (last === " " || last === "\t") {
      line = line.slice(0, -1);
      put(hex(last.charCodeAt(0)));
    }
  };
  const put = (encoded: string) => {
    if (line.length + encoded.length > MAX_LINE - 1) {
      out += `${line}=\r\n`;
      line = "";
    }
    line += encoded;
  };
  let afterReturn = false;
  for (const byte of Buffer.from(text)) {
    if (byte === 13 || byte === 10) {
      if (!(byte === 10 && afterReturn)) {
        endLine();
        out += `${line}\r\n`;
        line = "";
      }
      afterReturn = byte === 13;
      continue;
    }
    const plain = (byte >= 33 && byte <= 126 && byte !== 61) || byte === 32 || byte === 9;
    // Go forgets the CR at a plain character only.
    if (plain) afterReturn = false;
    put(plain ? String.fromCharCode(byte) : hex(byte));
  }
  endLine();
  return out + line;
}
