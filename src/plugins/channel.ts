import type { FdSocketOptions, Socket, UnixSocketOptions } from "bun";
import { encodeMessage, MessageReader } from "./frames.ts";

export interface ChannelOptions {
  /** Of a connected socket. */
  readonly fd: number;
  /** Bytes of one message sent, and of one received. */
  readonly sendLimit: number;
  readonly receiveLimit: number;
  onMessage(message: unknown): void;
  /** Once: the other end is gone, or `error` says what it sent that cannot be read. */
  onEnd(error: Error | undefined): void;
}

export interface Channel {
  /** What cannot be written yet is kept. After the end it does nothing. @throws Error for a message that is too long */
  send(message: unknown): void;
  close(): void;
}

/** Messages both ways over a socket that is there already. Where there is none, it ends with an error. */
export function openChannel(options: ChannelOptions): Channel {
  const reader = new MessageReader(options.receiveLimit);
  let socket: Socket | undefined;
  let unsent: Uint8Array[] = [];
  let ended = false;

  function end(error: Error | undefined): void {
    if (ended) return;
    close();
    options.onEnd(error);
  }

  function close(): void {
    ended = true;
    unsent = [];
    socket?.terminate();
  }

  function flush(to: Socket): void {
    for (let next = unsent[0]; next !== undefined; next = unsent[0]) {
      const written = to.write(next);
      if (written < 0) return end(undefined);
      if (written < next.length) {
        unsent[0] = next.subarray(written);
        return;
      }
      unsent.shift();
    }
  }

  const adopted: FdSocketOptions = {
    fd: options.fd,
    socket: {
      open(opened) {
        socket = opened;
        if (ended) opened.terminate();
        else flush(opened);
      },
      data(_, bytes) {
        try {
          for (const message of reader.read(bytes)) if (!ended) options.onMessage(message);
        } catch (error) {
          end(error as Error);
        }
      },
      drain: flush,
      end: () => end(undefined),
      close: () => end(undefined),
      error: () => end(undefined),
    },
  };
  // The types have the options and lack the overload.
  Bun.connect(adopted as unknown as UnixSocketOptions).catch(end);

  return {
    send(message) {
      const frame = encodeMessage(message, options.sendLimit);
      if (ended) return;
      unsent.push(frame);
      if (unsent.length === 1 && socket !== undefined) flush(socket);
    },
    close,
  };
}
