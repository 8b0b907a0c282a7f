import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { CHART, Helm, whyNoHelm, type KubernetesObject } from "../support/kubernetes.ts";
import { CASES } from "./community/cases.ts";
import { whatIsMissing } from "./community/covers.ts";
import { COMMUNITY } from "./community/recorded.ts";

const why = whyNoHelm();
if (why !== undefined) console.log(`chart-drop-in: not run, ${why}`);

const ALL = { ...CASES, ...COMMUNITY.ci };

const identity = ({ kind, metadata }: KubernetesObject) => `${kind} ${metadata.namespace} ${metadata.name}`;

/** What has to differ: which chart it is and, where the values do not name one, the image. */
const MAY_DIFFER = [
  /\/metadata\/labels\/(helm\.sh~chart|app\.kubernetes\.io~version):/,
  /^StatefulSet .*\/containers\/alertmanager\/image: "quay\.io\/prometheus\/alertmanager:v0\.34\.0"/,
  /\/template\/metadata\/annotations\/checksum~config:/,
  // Ours asks with amtool, from the image that is there anyway, and not with a busybox that has to be fetched.
  /^Pod .*\/containers\/wget:/,
];

function missing(theirs: KubernetesObject, ours: KubernetesObject | undefined): string[] {
  const name = identity(theirs);
  if (ours === undefined) return [`${name}: there is none`];
  // A path has to be told from a key with slashes in it.
  const escaped = (object: unknown): unknown =>
    JSON.parse(
      JSON.stringify(object).replaceAll(/"([^"\\]*)":/g, (_, key: string) => `"${key.replaceAll("/", "~")}":`),
    );
  return whatIsMissing(escaped(theirs), escaped(ours), name).filter(
    (line) => !MAY_DIFFER.some((pattern) => pattern.test(line)),
  );
}

describe.skipIf(why !== undefined)("a release of the community chart", () => {
  let helm: Helm;
  beforeAll(async () => {
    helm = await Helm.create();
  });
  afterAll(() => helm?.[Symbol.asyncDispose]());

  for (const [name, { release, values }] of Object.entries(ALL)) {
    test(`keeps every object, name, label and field: ${name}`, async () => {
      const ours = await helm.render(values, { release });
      const theirs = COMMUNITY.rendered[name] ?? [];
      expect(theirs).not.toBeEmpty();
      const differences = theirs.flatMap((object) =>
        missing(
          object,
          ours.find((other) => identity(other) === identity(object)),
        ),
      );
      expect(differences).toEqual([]);
    });

    test(`gets nothing it was not asked for: ${name}`, async () => {
      const theirs = COMMUNITY.rendered[name] ?? [];
      const ours = await helm.render(values, { release });
      expect(ours.map(identity).sort()).toEqual(theirs.map(identity).sort());
    });
  }

  test("has the fields that cannot be changed as they were, to the letter", async () => {
    for (const [name, { release, values }] of Object.entries(ALL)) {
      const fixed = (objects: readonly KubernetesObject[]) => {
        const set = objects.find(({ kind }) => kind === "StatefulSet")?.["spec"] as Record<string, unknown>;
        const { selector, serviceName, podManagementPolicy, volumeClaimTemplates } = set;
        return { selector, serviceName, podManagementPolicy, volumeClaimTemplates };
      };
      expect(fixed(await helm.render(values, { release }))).toEqual(fixed(COMMUNITY.rendered[name] ?? []));
    }
  });

  test("may name every default of its chart in its values", async () => {
    // As somebody does who has copied the whole file: then the image is Alertmanager's own, in the version we equal.
    const { version } = parse(readFileSync(join(CHART, "Chart.yaml"), "utf8")) as { version: string };
    expect(version).not.toBe(COMMUNITY.version);
    const ours = await helm.render(COMMUNITY.values);
    const theirs = COMMUNITY.rendered["all defaults"] ?? [];
    expect(
      theirs.flatMap((object) =>
        missing(
          object,
          ours.find((o) => identity(o) === identity(object)),
        ),
      ),
    ).toEqual([]);
    expect(JSON.stringify(ours)).toContain('"image":"quay.io/prometheus/alertmanager:v0.34.0"');
  });
});

test("the chart has every value of the community's, with the same default but for these", () => {
  const ours = parse(readFileSync(join(CHART, "values.yaml"), "utf8")) as Record<string, unknown>;
  const differences: string[] = [];
  const compare = (theirs: unknown, own: unknown, path: string) => {
    if (typeof theirs === "object" && theirs !== null && !Array.isArray(theirs) && Object.keys(theirs).length > 0) {
      const mapping = (own ?? {}) as Record<string, unknown>;
      for (const [key, value] of Object.entries(theirs))
        compare(value, mapping[key], path === "" ? key : `${path}.${key}`);
      return;
    }
    if (!Bun.deepEquals(theirs, own)) differences.push(path);
  };
  compare(COMMUNITY.values, ours, "");
  expect(differences).toEqual(["image.repository", "configmapReload.securityContext"]);
});
