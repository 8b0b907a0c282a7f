import { createPrivateKey, X509Certificate, type KeyObject } from "node:crypto";

/** PEM, with nothing in it but what is needed. */
export interface KeyPair {
  readonly cert: string;
  readonly key: string;
}

interface Block {
  readonly type: string;
  readonly pem: string;
}

const BLOCK = /^-----BEGIN ([^\n]*?)-----[ \t]*\r?\n[^]*?^-----END \1-----/gm;

function blocksOf(text: string): Block[] {
  return [...text.matchAll(BLOCK)].map(([pem, type = ""]) => ({ type, pem: `${pem}\n` }));
}

const isKey = ({ type }: Block) => type === "PRIVATE KEY" || type.endsWith(" PRIVATE KEY");

/** The certificates of a PEM text that can be read, whatever else is in it. */
export function certificatesOf(text: string): string[] {
  return blocksOf(text).flatMap(({ type, pem }) => (type === "CERTIFICATE" && parse(pem) !== undefined ? [pem] : []));
}

/**
 * Reads a chain of certificates and the key of its first, as Go's tls.X509KeyPair.
 *
 * @throws Error in Go's words
 */
export function readKeyPair(certText: string, keyText: string): KeyPair {
  const chain = certificateBlocks(blocksOf(certText));
  const keyPem = keyBlock(blocksOf(keyText));
  const leaf = parse(chain[0] as string);
  if (leaf === undefined) throw new Error("x509: malformed certificate");
  let key: KeyObject;
  try {
    key = createPrivateKey(keyPem);
  } catch (e) {
    throw new Error("tls: failed to parse private key", { cause: e });
  }
  if (leaf.publicKey.asymmetricKeyType !== key.asymmetricKeyType) {
    throw new Error("tls: private key type does not match public key type");
  }
  if (!leaf.checkPrivateKey(key)) throw new Error("tls: private key does not match public key");
  return { cert: chain.join(""), key: keyPem };
}

function certificateBlocks(blocks: readonly Block[]): string[] {
  const chain = blocks.flatMap(({ type, pem }) => (type === "CERTIFICATE" ? [pem] : []));
  if (chain.length > 0) return chain;
  const [only] = blocks;
  if (only === undefined) throw new Error("tls: failed to find any PEM data in certificate input");
  if (blocks.length === 1 && only.type.endsWith("PRIVATE KEY")) {
    throw new Error(
      "tls: failed to find certificate PEM data in certificate input, but did find a private key; PEM inputs may have been switched",
    );
  }
  throw new Error(
    `tls: failed to find "CERTIFICATE" PEM block in certificate input after skipping PEM blocks of the following types: ${typesOf(blocks)}`,
  );
}

function keyBlock(blocks: readonly Block[]): string {
  const found = blocks.find(isKey);
  if (found !== undefined) return found.pem;
  if (blocks.length === 0) throw new Error("tls: failed to find any PEM data in key input");
  if (blocks.length === 1 && blocks[0]?.type === "CERTIFICATE") {
    throw new Error("tls: found a certificate rather than a key in the PEM for the private key");
  }
  throw new Error(
    `tls: failed to find PEM block with type ending in "PRIVATE KEY" in key input after skipping PEM blocks of the following types: ${typesOf(blocks)}`,
  );
}

function typesOf(blocks: readonly Block[]): string {
  return `[${blocks.map(({ type }) => type).join(" ")}]`;
}

function parse(pem: string): X509Certificate | undefined {
  try {
    return new X509Certificate(pem);
  } catch {
    return undefined;
  }
}
