import { readFileSync, writeFileSync } from "node:fs";

/** What the real programs said of a case. */
export type Answer =
  /** Refused when read: amtool's words. */
  | { readonly refused: string }
  /** Read, but not put in force: what the reload said. */
  | { readonly notApplied: string }
  /** In force: `config.original` of the status. */
  | { readonly original: string }
  /** The program ended on it. */
  | { readonly crashed: string };

/** Stands in the files for the directory the configuration is in. */
export const BASE_DIR = "/config";

const fileOf = (name: string) => new URL(`golden/${name}.json`, import.meta.url);

/** What nearly every answer begins with; left out in the files. */
const USUAL_START = `global:
  resolve_timeout: 5m
  http_config:
    follow_redirects: true
    enable_http2: true
  smtp_hello: localhost
  smtp_require_tls: true
  smtp_tls_config:
    insecure_skip_verify: false
  slack_app_url: https://slack.com/api/chat.postMessage
  pagerduty_url: https://events.pagerduty.com/v2/enqueue
  opsgenie_api_url: https://api.opsgenie.com/
  wechat_api_url: https://qyapi.weixin.qq.com/cgi-bin/
  victorops_api_url: https://alert.victorops.com/integrations/generic/20131114/alert/
  telegram_api_url: https://api.telegram.org
  webex_api_url: https://webexapis.com/v1/messages
  rocketchat_api_url: https://open.rocket.chat/
route:
  receiver: r
  continue: false
receivers:
- name: r
  labels:
    name: r
`;
const START_MARK = "(usual start)\n";

export function readGolden(name: string): ReadonlyMap<string, Answer> {
  const stored = JSON.parse(readFileSync(fileOf(name), "utf8")) as Record<string, Answer>;
  return new Map(Object.entries(stored).map(([key, answer]) => [key, unfold(answer)]));
}

export function writeGolden(name: string, answers: ReadonlyMap<string, Answer>): void {
  const stored = Object.fromEntries([...answers].map(([key, answer]) => [key, fold(answer)]));
  writeFileSync(fileOf(name), `${JSON.stringify(stored, null, 1)}\n`);
}

function fold(answer: Answer): Answer {
  if (!("original" in answer) || !answer.original.startsWith(USUAL_START)) return answer;
  return { original: START_MARK + answer.original.slice(USUAL_START.length) };
}

function unfold(answer: Answer): Answer {
  if (!("original" in answer) || !answer.original.startsWith(START_MARK)) return answer;
  return { original: USUAL_START + answer.original.slice(START_MARK.length) };
}
