import { isTooDeep } from "./body.ts";
import { type APIContext, type APIRequest, requestAttrs } from "./context.ts";
import { decodeBody } from "./decode.ts";
import { postableAlerts } from "./postable-alerts.ts";
import { readPlainAlerts } from "./postable-alerts-fast.ts";
import { empty, textError } from "./respond.ts";

/**
 * `POST /api/v2/alerts` (spec §2.7)
 *
 * @throws RequestError
 */
export async function postAlerts({ backend, log }: APIContext, call: APIRequest): Promise<Response> {
  const body = await call.body.bytes();
  const plain = isTooDeep(body) ? undefined : readPlainAlerts(body);
  const alerts = plain ?? decodeBody(body, "alerts", postableAlerts);
  const { invalid, storeError } = await backend.ingest(alerts);
  if (storeError !== undefined) {
    log.error("Failed to create alerts", { ...requestAttrs(call), err: storeError });
    return textError(500, storeError);
  }
  if (invalid.length === 0) return empty(200);
  const message = invalid.join("\n");
  log.error("Failed to validate alerts", { ...requestAttrs(call), err: message });
  return textError(400, message);
}
