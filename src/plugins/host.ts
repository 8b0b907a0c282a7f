import { writeFileSync } from "node:fs";
import { printError } from "../kingpin/terminal.ts";
import type { Plugin, PluginContext } from "./api.ts";
import { openChannel } from "./channel.ts";
import {
  ANSWER_LIMIT,
  API_VERSION,
  CALL_LIMIT,
  CHANNEL_FD,
  METHODS,
  record,
  type FromPlugin,
  type Method,
  type ToPlugin,
} from "./protocol.ts";

type Call = Extract<ToPlugin, { type: "call" }>;
type Invoke = (...given: readonly unknown[]) => unknown;

/**
 * The process of a plugin: loads the file and answers the server's calls until the server hangs up, or is gone. Gives the
 * exit code. What the plugin throws outside of a call ends the process, as does a file that is no plugin.
 *
 * @param path of the plugin's file, absolute
 */
export async function runPlugin(path: string): Promise<number> {
  // What is left told this process how to run.
  for (const name of Object.keys(process.env)) delete process.env[name];
  dieFirst();
  const under = new Map<number, AbortController>();
  let options: PluginContext["options"] = {};
  let invoke: Partial<Record<Method, Invoke>> = {};
  const { promise: over, resolve: exit } = Promise.withResolvers<number>();

  const channel = openChannel({
    fd: CHANNEL_FD,
    sendLimit: ANSWER_LIMIT,
    receiveLimit: CALL_LIMIT,
    onMessage: (message) => take(message as ToPlugin),
    onEnd(error) {
      if (error !== undefined)
        printError(`alertmanager: error: no channel to a running Alertmanager: ${error.message}\n`);
      exit(error === undefined ? 0 : 1);
    },
  });
  const send = (message: FromPlugin) => channel.send(message);

  async function start(): Promise<void> {
    try {
      const plugin = asPlugin(record(await import(path))["default"]);
      invoke = methodsOf(plugin);
      const methods = METHODS.filter((method) => invoke[method] !== undefined);
      send({ type: "ready", apiVersion: plugin.apiVersion, name: plugin.name, methods });
    } catch (error) {
      send({ type: "unusable", error: textOf(error) });
    }
  }

  async function call({ id, method, arguments: given, timeout }: Call): Promise<void> {
    const controller = new AbortController();
    under.set(id, controller);
    const timer = setTimeout(
      () => controller.abort(new DOMException("the call took too long", "TimeoutError")),
      timeout,
    );
    try {
      const [subject, context] = given;
      const value = await invoke[method]?.(subject, { ...record(context), options, signal: controller.signal });
      send({ type: "answer", id, value });
    } catch (error) {
      send({ type: "failure", id, error: textOf(error) });
    } finally {
      clearTimeout(timer);
      under.delete(id);
    }
  }

  // Bun would print it and go on. The server ends what is unusable.
  const thrown = (error: unknown) => {
    printError(`${Bun.inspect(error)}\n`);
    send({ type: "unusable", error: `outside of a call it threw ${textOf(error)}` });
  };
  process.on("uncaughtException", thrown);
  process.on("unhandledRejection", thrown);

  function take(message: ToPlugin): void {
    if (message.type === "call") void call(message);
    else if (message.type === "cancel") under.get(message.id)?.abort();
    else {
      options = message.options;
      void start();
    }
  }

  return over;
}

/** Where memory runs out, the system is to end plugins before it ends the server. */
function dieFirst(): void {
  try {
    writeFileSync("/proc/self/oom_score_adj", "1000");
  } catch {
    // Not on this system, or not allowed.
  }
}

function asPlugin(value: unknown): Plugin {
  const plugin = record(value);
  if (value === undefined) throw new Error("the file has no default export; expected a plugin");
  if (plugin["apiVersion"] !== API_VERSION) {
    throw new Error(`its apiVersion is ${JSON.stringify(plugin["apiVersion"])}; expected ${API_VERSION}`);
  }
  if (typeof plugin["name"] !== "string") throw new Error("it has no name");
  return value as Plugin;
}

/** @throws Error where the plugin does nothing */
function methodsOf({ classifier, publisher }: Plugin): Partial<Record<Method, Invoke>> {
  const methods: Partial<Record<Method, Invoke>> = {};
  if (typeof classifier?.classify === "function") methods.classify = classifier.classify.bind(classifier) as Invoke;
  if (typeof publisher?.publish === "function") methods.publish = publisher.publish.bind(publisher) as Invoke;
  if (Object.keys(methods).length === 0) throw new Error("it has neither classifier.classify nor publisher.publish");
  return methods;
}

function textOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
