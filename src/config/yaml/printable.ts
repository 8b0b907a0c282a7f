/** What upstream's encoder takes for printable: no tab, and nothing beyond U+FFFF. */
export function isPrintable(character: string): boolean {
  const code = character.codePointAt(0) as number;
  return (
    code === 0x0a ||
    (code >= 0x20 && code <= 0x7e) ||
    (code >= 0xa0 && code <= 0xd7ff) ||
    (code >= 0xe000 && code <= 0xfffd && code !== 0xfeff)
  );
}
