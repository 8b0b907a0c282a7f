/** A piece of a text: plain, a web address, or a moment. */
export interface Piece {
  readonly kind: "text" | "link" | "moment";
  readonly text: string;
}

const LINK = /https?:\/\/[^\s<>"']+/;
const MOMENT = /\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC/;
const FOUND = new RegExp(`(${LINK.source})|(${MOMENT.source})`, "g");

/** Cuts a text where it has web addresses or moments as the server writes them (`2026-11-24 01:02:03 UTC`). */
export function piecesOf(text: string): readonly Piece[] {
  const pieces: Piece[] = [];
  const add = (kind: Piece["kind"], piece: string) => {
    if (piece !== "") pieces.push({ kind, text: piece });
  };
  let done = 0;
  for (const { 0: all, 1: link, index } of text.matchAll(FOUND)) {
    const piece = link === undefined ? all : addressIn(link);
    add("text", text.slice(done, index));
    add(link === undefined ? "moment" : "link", piece);
    done = index + piece.length;
  }
  add("text", text.slice(done));
  return pieces;
}

/** Without what ends the sentence around it; a closing bracket is part of an address that opens one. */
function addressIn(text: string): string {
  const last = text.at(-1) ?? "";
  if (/[.,;:!?*]/.test(last)) return addressIn(text.slice(0, -1));
  const opening = { ")": "(", "]": "[", "}": "{" }[last];
  if (opening === undefined) return text;
  return text.split(opening).length === text.split(last).length ? text : addressIn(text.slice(0, -1));
}
