import { expect, test } from "bun:test";
import { notificationHappening } from "../../../../test/support/happenings.ts";
import type { Happening, NotificationHappening } from "../../../core/interfaces/observing.ts";
import { labelSetFromObject } from "../../../core/model/labels.ts";
import { newMatcher } from "../../../core/model/matcher.ts";
import type { Streamed } from "../../../events/streamed.ts";
import { alert, NOW } from "../alerts/alerts-harness.ts";
import { wanted } from "./wanted.ts";

const here = { at: NOW, origin: "here" } as const;
const firing: Happening = {
  ...here,
  kind: "alert",
  change: "firing",
  alert: alert({ team: "a", severity: "critical" }),
};
const notification = notificationHappening({ ...here, groupLabels: labelSetFromObject({ team: "a" }) });
const told: NotificationHappening = { ...notification, alerts: [labelSetFromObject({ team: "a", severity: "info" })] };
const access: Happening = { ...here, kind: "access", change: "login", subject: "", actor: undefined, detail: {} };
const health: Streamed = { kind: "health", change: "ok", at: NOW, reason: undefined };

const matcher = (name: string, value: string) => newMatcher("=", name, value);

test.each<[string, Partial<Parameters<typeof wanted>[0]>, readonly boolean[]]>([
  ["nobody asks for anything", {}, [true, true, true, false, true]],
  ["an administrator asks for anything", { isAdmin: true }, [true, true, true, true, true]],
  ["somebody asks for kinds", { kinds: ["alert", "access"] }, [true, false, false, false, false]],
  [
    "matchers match",
    { matchers: [matcher("team", "a"), matcher("severity", "critical")] },
    [true, true, false, false, true],
  ],
  ["a matcher does not", { matchers: [matcher("team", "b")] }, [false, false, false, false, true]],
  [
    "one asks about a label the group has not",
    { matchers: [matcher("severity", "info")] },
    [false, true, true, false, true],
  ],
])("when %s", (_, asked, expected) => {
  const wants = wanted({ kinds: [], matchers: [], isAdmin: false, ...asked });
  expect([firing, notification, told, access, health].map(wants)).toEqual([...expected]);
});
