import { refuse } from "../schema/collections.ts";
import type { Secret } from "../secret.ts";

interface WithWebhookUrl {
  readonly webhook_url: Secret | undefined;
  readonly webhook_url_file: string;
}

/** Exactly one of `webhook_url` and `webhook_url_file`. */
export function checkWebhookUrl(item: WithWebhookUrl): void {
  if (item.webhook_url === undefined && item.webhook_url_file === "") {
    refuse("one of webhook_url or webhook_url_file must be configured");
  }
  checkOneWebhookUrl(item);
}

/** At most one of the two: the other may come from `global`. */
export function checkOneWebhookUrl({ webhook_url, webhook_url_file }: WithWebhookUrl): void {
  if (webhook_url !== undefined && webhook_url_file !== "") {
    refuse("at most one of webhook_url & webhook_url_file must be configured");
  }
}
