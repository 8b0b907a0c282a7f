import { expect, test } from "bun:test";
import { getStatus, metric, postAlerts, request } from "../support/api.ts";
import { startServer } from "../support/server.ts";
import { eventually } from "../support/wait.ts";

// Every secret in the configuration holds this word, and nothing else does.
const SECRET = "hush";

// Nothing listens there, so every receiver fails and says so.
const NOWHERE = "http://127.0.0.1:1";

const everyHttpSecret = `
      basic_auth: { username: user, password: hush-basic }
      proxy_url: http://user:hush-proxy@127.0.0.1:1
      proxy_connect_header: { X-Token: [hush-proxy-header] }
      http_headers: { X-Api-Key: { secrets: [hush-header] } }
`;

const config = `
global:
  smtp_from: from@example.com
  smtp_smarthost: 127.0.0.1:1
  smtp_auth_username: user
  smtp_auth_password: hush-smtp-password
  smtp_auth_secret: hush-smtp-secret
  slack_api_url: ${NOWHERE}/hush-slack
  opsgenie_api_url: ${NOWHERE}/opsgenie
  opsgenie_api_key: hush-opsgenie
  pagerduty_url: ${NOWHERE}/pagerduty
  wechat_api_url: ${NOWHERE}/wechat/
  wechat_api_secret: hush-wechat
  wechat_api_corp_id: corp
  victorops_api_url: ${NOWHERE}/victorops/
  victorops_api_key: hush-victorops
  telegram_api_url: ${NOWHERE}
  telegram_bot_token: hush-telegram
  rocketchat_api_url: ${NOWHERE}/
  rocketchat_token: hush-rocketchat
  rocketchat_token_id: hush-rocketchat-id
  mattermost_webhook_url: ${NOWHERE}/hush-mattermost
route:
  receiver: everything
  group_wait: 100ms
  group_interval: 1s
receivers:
  - name: everything
    webhook_configs:
      - url: ${NOWHERE}/hush-webhook
        http_config:
${everyHttpSecret.replaceAll(/^/gm, "    ")}
      - url: ${NOWHERE}/hush-bearer
        http_config: { authorization: { credentials: hush-credentials } }
      - url: ${NOWHERE}/hush-token
        http_config: { bearer_token: hush-bearer-token }
      - url: ${NOWHERE}/hush-oauth
        http_config:
          oauth2: { client_id: id, client_secret: hush-oauth, token_url: "${NOWHERE}/token" }
    email_configs:
      - to: to@example.com
        require_tls: false
      - to: to@example.com
        require_tls: false
        auth_password: hush-email-password
        auth_secret: hush-email-secret
    pagerduty_configs:
      - routing_key: hush-routing-key
      - service_key: hush-service-key
    slack_configs:
      - channel: one
      - channel: two
        api_url: ${NOWHERE}/hush-slack-own
      - channel: three
        app_token: hush-app-token
        app_url: ${NOWHERE}/slack-app
    opsgenie_configs:
      - api_key: hush-opsgenie-own
      - {}
    wechat_configs:
      - to_user: someone
      - to_user: someone
        api_secret: hush-wechat-own
    victorops_configs:
      - routing_key: team
      - routing_key: team
        api_key: hush-victorops-own
    pushover_configs:
      - user_key: hush-user-key
        token: hush-pushover
        http_config: { proxy_url: "${NOWHERE}" }
    sns_configs:
      - api_url: ${NOWHERE}
        topic_arn: arn:aws:sns:us-east-2:698519295917:topic
        sigv4: { region: us-east-2, access_key: access, secret_key: hush-sigv4 }
    telegram_configs:
      - chat_id: 1
      - chat_id: 1
        bot_token: hush-telegram-own
    discord_configs:
      - webhook_url: ${NOWHERE}/hush-discord
    webex_configs:
      - api_url: ${NOWHERE}/webex
        room_id: room
        http_config: { authorization: { credentials: hush-webex } }
    msteams_configs:
      - webhook_url: ${NOWHERE}/hush-msteams
    msteamsv2_configs:
      - webhook_url: ${NOWHERE}/hush-msteamsv2
    jira_configs:
      - api_url: ${NOWHERE}/jira
        project: P
        issue_type: Bug
        http_config: { basic_auth: { username: user, password: hush-jira } }
    incidentio_configs:
      - url: ${NOWHERE}/incidentio
        alert_source_token: hush-incidentio
    rocketchat_configs:
      - channel: one
      - channel: two
        token: hush-rocketchat-own
        token_id: hush-rocketchat-own-id
    mattermost_configs:
      - channel: one
      - channel: two
        webhook_url: ${NOWHERE}/hush-mattermost-own
`;

const integrations = config.match(/^ {4}\w+_configs:/gm)?.map((line) => line.trim().replace("_configs:", "")) ?? [];

/** The lines of `text` in which a secret stands. */
const leaks = (text: string) => text.split("\n").filter((line) => line.toLowerCase().includes(SECRET));

test.concurrent(
  "no secret of the configuration is in the status, the metrics or the log, though every receiver fails",
  async () => {
    await using server = await startServer({ config, args: ["--log.level=debug"] });
    expect(integrations).toHaveLength(18);
    await postAlerts(server, { labels: { alertname: "test" } });
    for (const integration of integrations) {
      await eventually(
        `${integration} has failed`,
        async () =>
          ((await metric(server, "alertmanager_notification_requests_failed_total", { integration })) ?? 0) > 0,
        { withinMs: 40_000, everyMs: 100 },
      );
    }

    const { config: shown } = await getStatus(server);
    expect(leaks(shown.original)).toEqual([]);
    expect(shown.original.match(/<secret>/g)?.length).toBeGreaterThan(40);
    for (const path of ["/metrics", "/api/v2/status", "/api/v2/receivers", "/api/v2/alerts", "/api/v2/alerts/groups"]) {
      expect({ path, leaks: leaks((await request(server, "GET", path)).text) }).toEqual({ path, leaks: [] });
    }
    expect(leaks(server.log())).toEqual([]);
    expect(await server.stop({ withinMs: 40_000 })).toBe(0);
    expect(leaks(server.log())).toEqual([]);
  },
  120_000,
);

const quiet = "route: { receiver: nobody }\nreceivers: [{ name: nobody }]\n";
const refused: readonly [string, string][] = [
  ["a secret given as a list", "global: { opsgenie_api_key: [hush-list] }"],
  ["a secret URL without a scheme", "global: { slack_api_url: hush-no-scheme }"],
  ["two ways to give one secret", "global: { smtp_auth_password: hush-password, smtp_auth_password_file: /nowhere }"],
];

test.concurrent(
  "a configuration refused for a secret does not repeat the secret",
  async () => {
    await using server = await startServer({ config: quiet, args: ["--log.level=debug"] });
    for (const [what, global] of refused) {
      server.writeConfig(`${global}\n${quiet}`);
      const answer = await request(server, "POST", "/-/reload");
      expect({ what, status: answer.status, leaks: leaks(answer.text) }).toEqual({ what, status: 500, leaks: [] });
    }
    expect(leaks(server.log())).toEqual([]);
  },
  60_000,
);
