const SAN_OID = Buffer.from([0x55, 0x1d, 0x11]);

const SEQUENCE = 0x30;
const OBJECT_ID = 0x06;
const OCTET_STRING = 0x04;
/** The extensions of a certificate. */
const EXTENSIONS = 0xa3;

/** One element of a DER structure. */
interface Element {
  readonly tag: number;
  readonly content: Buffer;
}

/**
 * The subject alternative names of an X.509 certificate, as Go lists them: DNS names, e-mail addresses, IP addresses,
 * URIs. Read from the certificate itself, for a printed list of names can be forged by a name with a comma in it.
 *
 * @param certificate DER
 * @throws RangeError on what is no certificate
 */
export function subjectAltNames(certificate: Buffer): string[] {
  const [outer] = elements(certificate);
  const [signed] = elements(contentOf(outer, SEQUENCE));
  const extensions = elements(contentOf(signed, SEQUENCE)).find(({ tag }) => tag === EXTENSIONS);
  if (extensions === undefined) return [];
  const [list] = elements(extensions.content);
  for (const extension of elements(contentOf(list, SEQUENCE))) {
    const parts = elements(contentOf(extension, SEQUENCE));
    if (!contentOf(parts[0], OBJECT_ID).equals(SAN_OID)) continue;
    const [names] = elements(contentOf(parts.at(-1), OCTET_STRING));
    return elements(contentOf(names, SEQUENCE)).flatMap(nameOf);
  }
  return [];
}

function nameOf({ tag, content }: Element): string[] {
  switch (tag) {
    case 0x81: // e-mail
    case 0x82: // DNS
    case 0x86: // URI
      return [content.toString("latin1")];
    case 0x87:
      return [addressText(content)];
    default:
      return [];
  }
}

function addressText(bytes: Buffer): string {
  if (bytes.length === 4) return bytes.join(".");
  if (bytes.length !== 16) return "";
  const groups = Array.from({ length: 8 }, (_, i) => bytes.readUInt16BE(i * 2).toString(16));
  return new URL(`http://[${groups.join(":")}]`).hostname.slice(1, -1);
}

function contentOf(element: Element | undefined, tag: number): Buffer {
  if (element?.tag !== tag) throw new RangeError(`DER element with tag ${tag} expected, found ${element?.tag}`);
  return element.content;
}

function elements(bytes: Buffer): Element[] {
  const found: Element[] = [];
  let at = 0;
  while (at < bytes.length) {
    const tag = bytes.readUInt8(at);
    let length = bytes.readUInt8(at + 1);
    at += 2;
    if (length > 0x80) {
      const size = length - 0x80;
      length = bytes.readUIntBE(at, Math.min(size, 6));
      at += size;
    }
    if (at + length > bytes.length) throw new RangeError("DER element longer than what holds it");
    found.push({ tag, content: bytes.subarray(at, at + length) });
    at += length;
  }
  return found;
}
