import type { Alert, Notification } from "../plugin-api.ts";

type NotifiedAlert = Notification["alerts"][number];

const COLOURS: Readonly<Record<string, string>> = { critical: "attention", warning: "warning", info: "accent" };

/** Teams refuses messages of more than 28 KB. */
const LIMIT = 26_000;
const LONGEST_TEXT = 1000;

/**
 * An adaptive card for Microsoft Teams: a heading in the colour of the worst alert, one block for each alert with its text and
 * the labels that tell it from the others, and buttons that lead further.
 * @see https://adaptivecards.io/explorer/
 */
export function card(notification: Notification, maxAlerts: number): object {
  const { alerts } = notification;
  for (let shown = Math.min(maxAlerts, alerts.length); ; shown--) {
    const message = messageOf(notification, shown);
    if (shown <= 1 || Buffer.byteLength(JSON.stringify(message)) <= LIMIT) return message;
  }
}

function messageOf(notification: Notification, shown: number): object {
  const { alerts } = notification;
  const left = alerts.length - shown;
  const content = {
    $schema: "http://adaptivecards.io/schemas/adaptive-card.json",
    type: "AdaptiveCard",
    version: "1.4",
    msteams: { width: "Full" },
    body: [
      heading(notification),
      ...alerts.slice(0, shown).map((alert, i) => block(alert, notification, i > 0)),
      ...(left > 0 ? [{ type: "TextBlock", text: `…and ${left} more.`, isSubtle: true }] : []),
    ],
    actions: actions(notification),
  };
  const attachment = { contentType: "application/vnd.microsoft.card.adaptive", contentUrl: null, content };
  return { type: "message", attachments: [attachment] };
}

function heading({ status, alerts, groupLabels, commonLabels }: Notification): object {
  const firing = alerts.filter((alert) => alert.status === "firing");
  const what = commonLabels["alertname"] ?? Object.values(groupLabels).join(" ");
  const severities = new Set(firing.map(({ labels }) => labels["severity"]));
  const worst = Object.keys(COLOURS).find((severity) => severities.has(severity));
  const count = status === "firing" ? `FIRING:${firing.length}` : "RESOLVED";
  return {
    type: "TextBlock",
    text: `[${count}] ${escape(what)}`,
    size: "large",
    weight: "bolder",
    wrap: true,
    style: "heading",
    color: status === "resolved" ? "good" : (COLOURS[worst ?? ""] ?? "default"),
  };
}

function block(alert: NotifiedAlert, { commonLabels }: Notification, separator: boolean): object {
  const { labels, annotations, status, startsAt } = alert;
  const text = annotations["description"] ?? annotations["summary"] ?? annotations["message"] ?? "";
  const own = Object.entries(labels).filter(([name]) => !Object.hasOwn(commonLabels, name));
  // A card that is about one alert has all its labels in common.
  const told = own.length > 0 ? own : Object.entries(labels).filter(([name]) => name !== "alertname");
  const facts = told.map(([name, value]) => ({ title: escape(name), value: escape(value) }));
  const since = { title: status === "firing" ? "since" : "resolved, since", value: startsAt };
  return {
    type: "Container",
    separator,
    items: [
      ...(text === "" ? [] : [{ type: "TextBlock", text: escape(text), wrap: true }]),
      { type: "FactSet", facts: [...facts, since] },
    ],
  };
}

function actions({ alerts, externalURL, commonAnnotations, groupLabels }: Notification): object[] {
  const open = (title: string, url: string | undefined) =>
    url !== undefined && /^https?:\/\//.test(url) ? [{ type: "Action.OpenUrl", title, url }] : [];
  const filter = Object.entries(groupLabels).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  const alertsPage = `${externalURL}/#/alerts?filter=${encodeURIComponent(`{${filter.join(",")}}`)}`;
  const [first] = alerts as readonly Alert[];
  return [
    ...open("Runbook", commonAnnotations["runbook_url"]),
    ...open("Dashboard", commonAnnotations["dashboard_url"]),
    ...open("Source", first?.generatorURL),
    ...open("Alerts", alertsPage),
  ];
}

/** Cards take text for Markdown: what an alert says is to be read and not to format. */
function escape(text: string): string {
  return text.slice(0, LONGEST_TEXT).replace(/[\\`*_[\]]/g, "\\$&");
}
