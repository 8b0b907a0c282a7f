import type { AlertPublisher } from "../core/interfaces/publishing.ts";
import { boundedText } from "../core/model/classification.ts";
import type { FailureReason } from "../core/model/notification.ts";
import { readPublishResult } from "./answers.ts";
import { toPluginNotification } from "./convert.ts";
import type { CallResult } from "./metrics.ts";
import type { Plugin } from "./plugin.ts";

const LONGEST_ERROR = 500;

/** The integration name of all plugins, in the notification log and the metrics. */
export const PLUGIN_TYPE = "plugin";

/** What may go otherwise the next time. An answer that is none says nothing about whether the notification arrived. */
const RETRY: Readonly<Record<Exclude<CallResult, "ok">, boolean>> = {
  error: true,
  timeout: true,
  unavailable: true,
  canceled: true,
  invalid: false,
};

const REASONS: Partial<Record<CallResult, FailureReason>> = {
  timeout: "contextDeadlineExceeded",
  canceled: "contextCanceled",
};

/**
 * The publisher of a plugin.
 *
 * @param externalUrl Alertmanager's own address
 */
export function pluginPublisher(plugin: Plugin, externalUrl: string): AlertPublisher {
  return {
    type: PLUGIN_TYPE,
    async publish(notification, signal) {
      const given = [toPluginNotification(notification, externalUrl)];
      const outcome = await plugin.call("publish", given, readPublishResult, signal);
      if (outcome.result !== "ok") {
        const { result, error } = outcome;
        return { ok: false, retry: RETRY[result], error: errorOf(error), reason: REASONS[result] ?? "other" };
      }
      const { value } = outcome;
      return value.ok ? value : { ...value, error: errorOf(value.error) };
    },
  };

  function errorOf(text: string): string {
    return `plugin ${plugin.name}: ${boundedText(plugin.redact(text), LONGEST_ERROR)}`;
  }
}
