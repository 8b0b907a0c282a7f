import { describe, expect, test } from "bun:test";
import { EMPTY_LABELS, labelSetFromObject } from "../core/model/labels.ts";
import type { NotifiedAlert } from "../core/model/notification.ts";
import { parseTimestamp, ZERO_TIME } from "../core/model/timestamp.ts";
import { notificationData, parseTemplates } from "./index.ts";

function alertOf(labels: Record<string, string>, status: NotifiedAlert["status"] = "firing"): NotifiedAlert {
  return {
    status,
    labels: labelSetFromObject(labels),
    annotations: labelSetFromObject({ summary: "s", [`only-${labels["instance"]}`]: "x" }),
    startsAt: parseTimestamp("2026-03-04T05:06:07.8Z"),
    endsAt: ZERO_TIME,
    updatedAt: ZERO_TIME,
    generatorURL: "",
    timeout: false,
  };
}

function render(text: string, alerts: readonly NotifiedAlert[]): string {
  const data = notificationData({
    receiver: "team-X.y (a+b)",
    alerts,
    groupLabels: labelSetFromObject({ alertname: "Down" }),
    routeLabels: EMPTY_LABELS,
    reason: "new alerts added",
    externalURL: "http://am",
  });
  return parseTemplates([]).text(text, data);
}

const both = [
  alertOf({ alertname: "Down", instance: "a", job: "j" }),
  alertOf({ alertname: "Down", instance: "b", job: "j" }),
];

describe("the data of a notification (spec §9.2)", () => {
  test("given a receiver's name, when shown, then it is quoted for a regular expression", () => {
    expect(render("{{ .Receiver }}", both)).toBe("team-X\\.y \\(a\\+b\\)");
  });

  test("given alerts, when shown, then common is what all have alike", () => {
    expect(render("{{ .CommonLabels }}|{{ .CommonAnnotations }}", both)).toBe("alertname=Down, job=j|summary=s");
  });

  test("given an empty label, when the others lack it, then it is common", () => {
    const alerts = [alertOf({ alertname: "Down", env: "" }), alertOf({ alertname: "Down" })];
    expect(render("{{ .CommonLabels }}", alerts)).toBe("alertname=Down, env=");
  });

  test("given one firing alert among resolved ones, when shown, then the status is firing", () => {
    const mixed = [alertOf({ instance: "a" }, "resolved"), alertOf({ instance: "b" })];
    expect(render("{{ .Status }} {{ len .Alerts.Firing }} {{ len .Alerts.Resolved }}", mixed)).toBe("firing 1 1");
    expect(render("{{ .Status }}", [alertOf({ instance: "a" }, "resolved")])).toBe("resolved");
  });

  test("given no route labels, when written as JSON, then they are an empty object", () => {
    expect(render("{{ toJson .RouteLabels }} {{ .NotificationReason }}", both)).toBe("{} new alerts added");
  });

  test("given an alert, when its fields are shown, then times print as Go's do", () => {
    const fields = "{{ with index .Alerts 0 }}{{ .StartsAt }} {{ .EndsAt }} {{ .Fingerprint }}{{ end }}";
    const fingerprint = both[0]?.labels.fingerprint;
    expect(render(fields, both)).toBe(`2026-03-04 05:06:07.8 +0000 UTC 0001-01-01 00:00:00 +0000 UTC ${fingerprint}`);
  });
});
