import { createHash } from "node:crypto";
import { measure } from "../api/json/scan.ts";
import { Checked } from "./checks.ts";
import { EntryDecoder } from "./decode.ts";
import { BackupError, FORMAT, KINDS, VERSION, type Counted, type Entry, type Header, type Kind } from "./format.ts";
import { cutOff, unpackedLines } from "./lines.ts";

/** A line up to this size is bearable whatever it holds, bytes. */
const UNMEASURED = 256 * 1024;
/** JSON values in one line: each costs far more memory than it takes to write. */
const MOST_VALUES = 4_000_000;

/**
 * Reads a backup from its first line to its last.
 *
 * @param most bytes there may be once unpacked
 * @returns first the header, then the entries as they come; only once there are no more is it known that the file is whole
 * @throws BackupError naming the line, for everything that is not as `writeBackup` writes it
 */
export async function* readBackup(
  packed: AsyncIterable<Uint8Array>,
  most: number,
): AsyncGenerator<Header | readonly Entry[]> {
  const reader = new Reader();
  for await (const lines of unpackedLines(packed, most)) {
    const entries: Entry[] = [];
    for (const bytes of lines) {
      const read = reader.line(bytes);
      if (read === undefined) continue;
      if ("format" in read) yield read;
      else entries.push(read);
    }
    if (entries.length > 0) yield entries;
  }
  reader.end();
}

class Reader {
  readonly #hash = createHash("sha256");
  readonly #utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  readonly #decoder = new EntryDecoder();
  readonly #counts = new Map<Kind, number>();
  #header: Header | undefined;
  /** Lines read. */
  #lines = 0;
  #kind = 0;
  #ended = false;

  /** The header, an entry, or nothing for the end. */
  line(bytes: Uint8Array): Header | Entry | undefined {
    const number = this.#lines + 1;
    try {
      if (this.#ended) throw new BackupError("expected nothing after the end");
      const object = this.#parse(bytes);
      const read = this.#header === undefined ? this.#first(object) : this.#next(object, number);
      this.#lines = number;
      if (read !== undefined) this.#hash.update(bytes);
      return read;
    } catch (error) {
      if (error instanceof BackupError && this.#header !== undefined) {
        throw new BackupError(`line ${number}: ${error.message}`, error.code);
      }
      throw error;
    }
  }

  /** The file has no more lines. */
  end(): void {
    if (!this.#ended) throw cutOff();
  }

  #parse(bytes: Uint8Array): object {
    if (bytes.length > UNMEASURED) {
      const { deep, values } = measure(bytes);
      if (deep || values > MOST_VALUES) throw new BackupError("expected an object of fewer values, less deep");
    }
    let value: unknown;
    try {
      value = JSON.parse(this.#utf8.decode(bytes));
    } catch {
      value = undefined;
    }
    if (typeof value !== "object" || value === null) {
      throw new BackupError(this.#header === undefined ? NO_BACKUP : "expected a JSON object");
    }
    return value;
  }

  #first(object: object): Header {
    const header = headerOf(object);
    this.#header = header;
    return header;
  }

  #next(object: object, number: number): Entry | undefined {
    if (Object.hasOwn(object, "end")) {
      this.#checkEnd(new Checked("end", (object as { readonly end: unknown }).end));
      return undefined;
    }
    const entry = this.#decoder.decode(object, number);
    if (entry === undefined) throw new BackupError(`expected one of ${KINDS.join(", ")} or end`);
    const kind = entry.kind === "unreadable" ? entry.of : entry.kind;
    const place = KINDS.indexOf(kind);
    if (place < this.#kind) throw new BackupError(`${kind} after ${KINDS[this.#kind]}: expected ${KINDS.join(", ")}`);
    this.#kind = place;
    this.#counts.set(kind, (this.#counts.get(kind) ?? 0) + 1);
    return entry;
  }

  #checkEnd(end: Checked): void {
    const lines = end.count("lines");
    if (lines !== this.#lines) {
      throw new BackupError(`end.lines: ${lines} for ${this.#lines} lines: the backup is not whole`);
    }
    if (end.text("sha256") !== this.#hash.digest("hex")) {
      throw new BackupError("end.sha256: is not that of the lines before it: the backup was changed or damaged");
    }
    const { counts } = this.#header as Header;
    for (const [kind, count] of Object.entries(counts)) {
      const found = this.#counts.get(kind as Kind) ?? 0;
      if (found !== count) throw new BackupError(`header.counts.${kind}: ${count} for ${found} in the file`);
    }
    this.#ended = true;
  }
}

const NO_BACKUP = `the file is no backup: expected a first line with "format": ${JSON.stringify(FORMAT)}`;

function headerOf(object: object): Header {
  if (!("format" in object) || object.format !== FORMAT) throw new BackupError(NO_BACKUP);
  const header = new Checked("header", object);
  const version = header.count("version");
  if (version !== VERSION) {
    throw new BackupError(
      `the backup is of version ${version}: expected ${VERSION}, so that it takes another version of alertmanager to read it`,
    );
  }
  const counts = new Checked("header.counts", header.object("counts"));
  const counted: Counted = {
    silence: counts.count("silence"),
    logEntry: counts.count("logEntry"),
    group: counts.count("group"),
    decision: counts.count("decision"),
    alert: counts.count("alert"),
    classification: counts.count("classification"),
    // Of the versions before there are none.
    document: counts.has("document") ? counts.count("document") : 0,
  };
  const source = header.one("source", ["sqlite", "postgres"]);
  return { format: FORMAT, version, takenAt: header.ms("takenAt"), source, counts: counted };
}
