import { parseAddress } from "./address.ts";
import { ChannelError } from "./errors.ts";

/** Versions of the protocol this program speaks. Two members speak the lower of their newest. */
export const NEWEST_PROTOCOL = 1;
export const OLDEST_PROTOCOL = 1;

/** A member as members tell each other of it. */
export interface MemberInfo {
  readonly name: string;
  /** `ip:port` it wants to be reached by. */
  readonly address: string;
  /** Another after each start of the process. */
  readonly incarnation: number;
}

/** What each side says first. */
export interface Hello extends MemberInfo {
  /** The newest version the sender speaks, and the oldest. */
  readonly protocol: number;
  readonly oldestProtocol: number;
  /** `--cluster.label` */
  readonly label: string;
}

export type Refusal = "label" | "version" | "name";

/** Members in one list: more than any cluster has. */
const MOST_MEMBERS = 1000;
const LONGEST_NAME = 1024;
const LONGEST_LABEL = 255;

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true });

export function encodeMessage(message: Hello | { readonly reason: Refusal } | readonly MemberInfo[]): Uint8Array {
  return encoder.encode(JSON.stringify(message));
}

/** @throws ChannelError `malformed` */
export function decodeHello(payload: Uint8Array): Hello {
  const value = record(parse(payload));
  const { protocol, oldestProtocol, label } = value;
  if (!isCount(protocol) || !isCount(oldestProtocol)) throw malformed("versions of the protocol");
  if (typeof label !== "string" || label.length > LONGEST_LABEL) throw malformed("a label");
  return { ...memberInfo(value), protocol, oldestProtocol, label };
}

/** @throws ChannelError `malformed` */
export function decodeRefusal(payload: Uint8Array): Refusal {
  const { reason } = record(parse(payload));
  if (reason !== "label" && reason !== "version" && reason !== "name") throw malformed("a reason");
  return reason;
}

/** @throws ChannelError `malformed` */
export function decodeMembers(payload: Uint8Array): MemberInfo[] {
  const value = parse(payload);
  if (!Array.isArray(value) || value.length > MOST_MEMBERS) throw malformed("a list of members");
  return value.map((item) => memberInfo(record(item)));
}

function memberInfo({ name, address, incarnation }: Readonly<Record<string, unknown>>): MemberInfo {
  if (typeof name !== "string" || name === "" || name.length > LONGEST_NAME) throw malformed("a name");
  if (typeof address !== "string" || parseAddress(address) === undefined) throw malformed("an address");
  if (!isCount(incarnation)) throw malformed("an incarnation");
  return { name, address, incarnation };
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function parse(payload: Uint8Array): unknown {
  try {
    return JSON.parse(decoder.decode(payload));
  } catch {
    throw malformed("JSON");
  }
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null) throw malformed("an object");
  return value as Readonly<Record<string, unknown>>;
}

function malformed(expected: string): ChannelError {
  return new ChannelError("malformed", `a message without ${expected} that can be read`);
}
