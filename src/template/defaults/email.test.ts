import { describe, expect, test } from "bun:test";
import { dataFromJSON } from "../data-json.ts";
import { parseTemplates } from "../parse-templates.ts";

const firing = {
  status: "firing",
  labels: { alertname: "Load", instance: "a<b" },
  annotations: { summary: "high & rising" },
  startsAt: "2026-03-04T05:06:07Z",
  generatorURL: "http://prom/graph?a=1&b=2",
};
const resolved = { ...firing, status: "resolved", annotations: {}, generatorURL: "javascript:alert(1)" };

function render(alerts: readonly unknown[]): string {
  const data = dataFromJSON(
    JSON.stringify({
      receiver: "team",
      status: "firing",
      externalURL: "http://am",
      groupLabels: { alertname: "Load", env: "prod" },
      commonLabels: { alertname: "Load", env: "prod" },
      alerts,
    }),
  );
  return parseTemplates([]).html('{{ template "email.default.html" . }}', data);
}

/** What a reader sees, in order. */
function visible(html: string): string {
  return html
    .replace(/<style[^]*?<\/style>/, "")
    .replace(/<[^>]+>/g, " ")
    .replace(/\s+/g, " ")
    .trim();
}

function links(html: string): string[] {
  return [...html.matchAll(/<a[^>]* href="([^"]*)"/g)].map((m) => m[1] as string);
}

// Texts and links recorded from upstream's e-mail.
describe("the default e-mail has upstream's content in our markup", () => {
  test("given firing and resolved alerts, when rendered, then both are shown, ruled apart", () => {
    const html = render([firing, resolved]);
    expect(visible(html)).toBe(
      "[FIRING:1] Load prod 2 alerts for alertname=Load env=prod View in Alertmanager [1] Firing Labels alertname = Load " +
        "instance = a&lt;b Annotations summary = high &amp; rising Source [1] Resolved Labels alertname = Load " +
        "instance = a&lt;b Source Sent by Alertmanager",
    );
    expect(links(html)).toEqual([
      "http://am/#/alerts?receiver=team",
      "http://prom/graph?a=1&amp;b=2",
      "#ZgotmplZ",
      "http://am",
    ]);
    expect(html).toContain("<hr");
    expect(html).toContain("#E6522C");
  });

  test("given only resolved alerts, when rendered, then the header is green and nothing is ruled off", () => {
    const html = render([resolved]);
    expect(visible(html)).toStartWith(
      "[FIRING:0] Load prod 1 alert for alertname=Load env=prod View in Alertmanager [1] Resolved",
    );
    expect(html).not.toContain("<hr");
    expect(html).not.toContain("#E6522C");
  });

  test("given the markup, when read by a mail client, then every tag is closed and styled on itself", () => {
    const open: string[] = [];
    for (const [, slash, name] of render([firing, resolved]).matchAll(/<(\/?)([a-z0-9]+)/g)) {
      if (["meta", "br", "hr"].includes(name as string)) continue;
      if (slash === "") open.push(name as string);
      else expect(open.pop()).toBe(name as string);
    }
    expect(open).toEqual([]);
  });
});
