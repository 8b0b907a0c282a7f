import { booleanAt, checkKeys, isObject, textAt, type JsonObject } from "./json.ts";
import { readFilter, type TargetFilter } from "./filter.ts";
import { receiverOf, type TargetReceiver } from "./receiver.ts";
import { Refusal } from "./refusal.ts";
import { MAX_CONFIG, type TargetSecret } from "./secret.ts";

/** What a Secret asks for. */
export interface TargetSpec {
  readonly enabled: boolean;
  /** Names of those it is told for; none: for all. */
  readonly receivers: readonly string[];
  readonly filter: TargetFilter;
  readonly receiver: TargetReceiver;
  /** Those of its values that must not be shown. */
  readonly values: readonly unknown[];
}

const KEYS = ["name", "type", "url", "format", "enabled", "headers", "filter_config", "http_config", "receiver_config"];

/** @throws Refusal */
export function readTarget(secret: TargetSecret): TargetSpec {
  const config = parse(secret.config);
  checkKeys(config, KEYS, "config");
  const name = textAt(config["name"], "name");
  if (name !== "" && !/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(name)) {
    throw new Refusal("name", "expected at most 63 lower-case letters, digits and dashes");
  }
  const filter = readFilter(config["filter_config"]);
  return {
    enabled: booleanAt(config["enabled"], "enabled", true),
    receivers: secret.receivers
      .split(",")
      .map((one) => one.trim())
      .filter((one) => one !== ""),
    filter,
    receiver: receiverOf(config, filter.sendResolved),
    values: ["url", "headers", "http_config", "receiver_config"].map((key) => config[key]),
  };
}

/** JSON, or JSON that was put in base64 before Kubernetes did. */
function parse(data: TargetSecret["config"]): JsonObject {
  if (data === "missing") throw new Refusal("config", "the Secret has no such key");
  if (data === "too large") throw new Refusal("config", `is larger than ${MAX_CONFIG} bytes`);
  const text = Buffer.from(data, "base64").toString();
  for (const source of [text, Buffer.from(text, "base64").toString()]) {
    try {
      const value: unknown = JSON.parse(source);
      if (isObject(value)) return value;
    } catch {
      // Its message would show what is in it.
    }
  }
  throw new Refusal("config", "expected a JSON object, or one in base64");
}
