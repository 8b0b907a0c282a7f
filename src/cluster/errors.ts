/** Why a connection to another member came to nothing; also the `reason` our metric counts it under. */
export type ChannelFault =
  /** What is at the other end does not speak our protocol. */
  | "foreign"
  /** It says nothing. */
  | "silent"
  /** It speaks our protocol and gets it wrong. */
  | "malformed"
  | "label"
  | "version"
  | "name"
  /** It does not answer probes, or does not read what it is sent. */
  | "stalled"
  | "closed";

export class ChannelError extends Error {
  constructor(
    readonly fault: ChannelFault,
    message: string,
  ) {
    super(message);
  }
}
