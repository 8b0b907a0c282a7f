import type { PluginContext } from "./api.ts";

/** The `apiVersion` of plugins that can be run. */
export const API_VERSION = 1;

/** The first argument that makes the executable run a plugin; the second is the plugin's file. */
export const PLUGIN_COMMAND = "plugin-host";

/** Where the process of a plugin finds its end of the channel. */
export const CHANNEL_FD = 3;

/** ms; how long a call may go on after its signal has ended. */
export const GRACE = 1000;

/** Bytes of one message to a plugin, and of one from it. */
export const CALL_LIMIT = 16 << 20;
export const ANSWER_LIMIT = 1 << 20;

export const METHODS = ["classify", "publish"] as const;
export type Method = (typeof METHODS)[number];

export type ToPlugin =
  /** The first message; `ready` or `unusable` comes back. */
  | { readonly type: "start"; readonly options: PluginContext["options"] }
  /** `answer` or `failure` comes back. */
  | {
      readonly type: "call";
      readonly id: number;
      readonly method: Method;
      readonly arguments: readonly unknown[];
      /** ms */
      readonly timeout: number;
    }
  /** Nobody waits for the answer any more; it is owed all the same. */
  | { readonly type: "cancel"; readonly id: number };

export type FromPlugin =
  | { readonly type: "ready"; readonly apiVersion: number; readonly name: string; readonly methods: readonly Method[] }
  | { readonly type: "unusable"; readonly error: string }
  /** Without `value` it was undefined. */
  | { readonly type: "answer"; readonly id: number; readonly value?: unknown }
  | { readonly type: "failure"; readonly id: number; readonly error: string };

/** Checks a message that a plugin's process sent: the plugin may have written it itself. @throws Error */
export function fromPlugin(message: unknown): FromPlugin {
  const { type, ...rest } = record(message);
  switch (type) {
    case "ready": {
      const { apiVersion, name, methods } = rest;
      if (apiVersion !== API_VERSION) break;
      if (typeof name !== "string" || !Array.isArray(methods)) break;
      return { type, apiVersion, name, methods: METHODS.filter((method) => methods.includes(method)) };
    }
    case "unusable":
      if (typeof rest["error"] === "string") return { type, error: rest["error"] };
      break;
    case "answer":
      if (typeof rest["id"] === "number") return { type, id: rest["id"], value: rest["value"] };
      break;
    case "failure":
      if (typeof rest["id"] === "number" && typeof rest["error"] === "string") {
        return { type, id: rest["id"], error: rest["error"] };
      }
  }
  throw new Error("a message that is not of the protocol");
}

/** The fields of a value that should be an object; none where it is something else. */
export function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}
