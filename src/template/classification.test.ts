import { describe, expect, test } from "bun:test";
import type { Enrichment } from "../core/interfaces/classification.ts";
import type { Classification } from "../core/model/classification.ts";
import { EMPTY_LABELS, labelSetFromObject } from "../core/model/labels.ts";
import type { NotifiedAlert } from "../core/model/notification.ts";
import { parseTimestamp, ZERO_TIME } from "../core/model/timestamp.ts";
import { notificationData, parseTemplates, type DataSource } from "./index.ts";

const START = parseTimestamp("2026-01-05T12:00:00Z");

function alert(instance: string, status: "firing" | "resolved" = "firing"): NotifiedAlert {
  return {
    labels: labelSetFromObject({ alertname: "Disk", instance }),
    annotations: EMPTY_LABELS,
    startsAt: START,
    endsAt: ZERO_TIME,
    updatedAt: START,
    generatorURL: "",
    timeout: false,
    status,
  };
}

const critical: Classification = {
  fingerprint: "0011223344556677",
  severity: "critical",
  category: "storage",
  confidence: 0.85,
  reason: "Full <b>soon</b>.",
  recommendations: ["Delete <x>.", "Grow it."],
  classifier: "llm",
  model: "gpt-5-mini",
  classifiedAt: 0,
};
const info: Classification = { ...critical, severity: "info", reason: "Fine.", recommendations: [], confidence: 1 };

const source: DataSource = {
  receiver: "r",
  alerts: [alert("1"), alert("2", "resolved")],
  groupLabels: EMPTY_LABELS,
  routeLabels: EMPTY_LABELS,
  reason: "first notification",
  externalURL: "http://am",
};
const enrichment: Enrichment = { alerts: [critical, info], group: critical, shows: "all", inPayload: false };

const templates = parseTemplates([]);
const text = (template: string, of: Partial<DataSource> = { enrichment }) =>
  templates.text(template, notificationData({ ...source, ...of }));

describe("where classifications are shown", () => {
  test("each alert and the group have theirs", () => {
    const fields = "{{.Severity}} {{.Category}} {{.Confidence}} {{.Classifier}} {{.Model}} {{.Reason}}";
    expect(text(`{{with .Classification}}${fields}{{end}}`)).toBe(
      "critical storage 0.85 llm gpt-5-mini Full <b>soon</b>.",
    );
    expect(text("{{range .Alerts}}{{.Labels.instance}}={{.Classification.Severity}} {{end}}")).toBe(
      "1=critical 2=info ",
    );
    expect(text("{{range .Alerts.Firing}}{{.Classification.Recommendations | join `; `}}{{end}}")).toBe(
      "Delete <x>.; Grow it.",
    );
    expect(text("{{range .Alerts.Resolved}}{{.Classification.Severity}}{{end}}")).toBe("info");
    expect(text("{{range .Classification.Recommendations}}- {{.}}\n{{end}}")).toBe("- Delete <x>.\n- Grow it.\n");
    expect(text("{{.Classification | toJson}}")).toBe(
      '{"severity":"critical","category":"storage","confidence":0.85,"reason":"Full \\u003cb\\u003esoon\\u003c/b\\u003e.",' +
        '"recommendations":["Delete \\u003cx\\u003e.","Grow it."],"classifier":"llm","model":"gpt-5-mini"}',
    );
  });

  test("their texts are escaped in HTML", () => {
    const html = templates.html("<p>{{.Classification.Reason}}</p>", notificationData({ ...source, enrichment }));
    expect(html).toBe("<p>Full &lt;b&gt;soon&lt;/b&gt;.</p>");
  });

  test("the recommendations can be all there is", () => {
    const of = { enrichment: { ...enrichment, shows: "recommendations" } as const };
    expect(text("{{.Classification.Severity}}|{{.Classification.Reason}}|{{.Classification.Confidence}}", of)).toBe(
      "||0",
    );
    expect(text("{{range .Alerts}}{{.Classification.Recommendations | join `,`}};{{end}}", of)).toBe(
      "Delete <x>.,Grow it.;;",
    );
  });

  test.each([
    "__subject",
    "slack.default.text",
    "email.default.html",
    "telegram.default.message",
    "discord.default.message",
  ])("%s says what it says without", (name) => {
    const template = `{{ template "${name}" . }}`;
    expect(text(template)).toBe(text(template, {}));
  });
});

describe("where they are not", () => {
  test("templates that would show them go on working, and show nothing", () => {
    expect(text("{{if .Classification.Severity}}{{.Classification.Reason}}{{else}}none{{end}}", {})).toBe("none");
    expect(text("{{range .Alerts}}[{{range .Classification.Recommendations}}{{.}}{{end}}]{{end}}", {})).toBe("[][]");
  });

  test("the data is upstream's to the last character", () => {
    const { fingerprint } = alert("1").labels;
    expect(text("{{index .Alerts 0}}", {})).toEndWith(` 0001-01-01 00:00:00 +0000 UTC  ${fingerprint}}`);
    expect(text("{{index .Alerts 0}}", {})).not.toContain("critical");
    expect(text("{{toJson .}}", {})).not.toContain("lassification");
  });

  test("no other field is there by the same right", () => {
    expect(() => text("{{.Classifications}}", {})).toThrow(
      "can't evaluate field Classifications in type *template.Data",
    );
    expect(() => text("{{.Classification.Nonsense}}", {})).toThrow("can't evaluate field Nonsense");
  });
});
