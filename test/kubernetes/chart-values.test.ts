import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { parsePlusConfig, readPlusFile } from "../../src/config/plus.ts";
import { CLASSIFICATION_DEFAULTS } from "../../src/config/plus/classification.ts";
import { LLM_DEFAULTS } from "../../src/config/plus/llm.ts";
import type { Shape } from "../../src/config/plus/reader.ts";
import { optionsOf, readFlags } from "../../src/server/flags.ts";
import {
  CHART,
  Helm,
  objectOf,
  objectsOf,
  whyNoHelm,
  type KubernetesObject,
  type Values,
} from "../support/kubernetes.ts";
import { dataOf, podOf, serverOf } from "../support/kubernetes-pod.ts";

const why = whyNoHelm();
if (why !== undefined) console.log(`chart-values: not run, ${why}`);

const BUNDLED: Values = {
  mode: "ha",
  replicaCount: 3,
  postgres: { bundled: { enabled: true } },
  redis: { bundled: { enabled: true } },
};

/** What the server makes of the flags it is given. @throws Error where it does not take them */
function optionsFrom(objects: readonly KubernetesObject[]) {
  const { server } = serverOf(objects);
  const args = server.args.map((arg) => arg.replaceAll("$(POD_IP)", "10.0.0.1"));
  const outcome = readFlags(args, "alertmanager", () => 80);
  if (outcome.kind !== "run") throw new Error(`${args.join(" ")}: ${JSON.stringify(outcome)}`);
  return optionsOf(outcome.values);
}

const env = (objects: readonly KubernetesObject[]) =>
  Object.fromEntries((serverOf(objects).server.env ?? []).map(({ name, ...from }) => [name, from]));

/** The second file, as the server reads it. */
function plusFrom(objects: readonly KubernetesObject[], environment: Record<string, string> = {}) {
  const { "plus.yml": file = "" } = dataOf(objectOf(objects, "ConfigMap", "rel-alertmanager-plus"));
  return parsePlusConfig(file, environment);
}

describe.skipIf(why !== undefined)("the chart", () => {
  let helm: Helm;
  beforeAll(async () => {
    helm = await Helm.create();
  });
  afterAll(() => helm?.[Symbol.asyncDispose]());

  test("passes helm lint", async () => {
    expect(await helm.ask("lint", "--strict", CHART)).toContain("0 chart(s) failed");
    expect(await helm.ask("lint", "--strict", CHART, helm.values(BUNDLED))).toContain("0 chart(s) failed");
  });

  describe("in mode sqlite", () => {
    test("has one server that stores below /alertmanager, and no second file", async () => {
      const objects = await helm.render();
      expect(optionsFrom(objects)).toMatchObject({
        configFile: "/etc/alertmanager/alertmanager.yml",
        plusConfigFile: "",
        dataDir: "/alertmanager",
        peers: [],
      });
      expect(objects.map(({ kind }) => kind).sort()).toEqual([
        "ConfigMap",
        "Service",
        "Service",
        "ServiceAccount",
        "StatefulSet",
      ]);
    });

    test("turns on the peer channel for more than one replica", async () => {
      const values = { replicaCount: 3, additionalPeers: ["other:9094"], service: { clusterPort: 9095 } };
      const peer = (i: number) => `rel-alertmanager-${i}.rel-alertmanager-headless:9095`;
      expect(optionsFrom(await helm.render(values))).toMatchObject({
        clusterBindAddr: "0.0.0.0:9095",
        clusterAdvertiseAddr: "[10.0.0.1]:9095",
        peers: [peer(0), peer(1), peer(2), "other:9094"],
      });
    });

    test("turns it on for one replica with additional peers", async () => {
      const options = optionsFrom(await helm.render({ additionalPeers: ["other:9094"] }));
      expect(options).toMatchObject({ clusterBindAddr: "0.0.0.0:9094", peers: ["other:9094"] });
    });
  });

  describe("in mode ha", () => {
    test("keeps URLs in a Secret and tells each replica its name", async () => {
      const objects = await helm.render({
        mode: "ha",
        replicaCount: 3,
        postgres: { url: "postgres://am:pa55@db/alerts" },
        redis: { url: "rediss://cache" },
      });
      expect(dataOf(objectOf(objects, "Secret", "rel-alertmanager-plus"))).toEqual({
        postgres: "postgres://am:pa55@db/alerts",
        redis: "rediss://cache",
      });
      expect(env(objects)).toMatchObject({
        ALERTMANAGER_REPLICA_NAME: { valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
        ALERTMANAGER_POSTGRES_URL: { valueFrom: { secretKeyRef: { name: "rel-alertmanager-plus", key: "postgres" } } },
        ALERTMANAGER_REDIS_URL: { valueFrom: { secretKeyRef: { name: "rel-alertmanager-plus", key: "redis" } } },
      });
      expect(JSON.stringify(objects.filter(({ kind }) => kind !== "Secret"))).not.toContain("pa55");
    });

    test("is no cluster of Alertmanagers: no peers, no port for them", async () => {
      const objects = await helm.render(BUNDLED);
      expect(optionsFrom(objects)).toMatchObject({ clusterBindAddr: "", peers: [] });
      expect(JSON.stringify(objects)).not.toContain("9094");
    });

    test("reads a whole URL, or only the password, from a Secret of the user's", async () => {
      const existingSecretKeys = { url: "uri", password: "pw" };
      const whole = await helm.render({ mode: "ha", postgres: { existingSecret: "db-app", existingSecretKeys } });
      expect(env(whole)["ALERTMANAGER_POSTGRES_URL"]).toEqual({
        valueFrom: { secretKeyRef: { name: "db-app", key: "uri" } },
      });
      expect(env(whole)).not.toHaveProperty("ALERTMANAGER_POSTGRES_PASSWORD_FILE");

      const postgres = { url: "postgres://am@db/alerts", existingSecret: "db-app", existingSecretKeys };
      const password = await helm.render({ mode: "ha", postgres });
      expect(env(password)).toMatchObject({
        ALERTMANAGER_POSTGRES_URL: { valueFrom: { secretKeyRef: { name: "rel-alertmanager-plus" } } },
        ALERTMANAGER_POSTGRES_PASSWORD_FILE: { value: "/etc/alertmanager-plus/postgres/password" },
      });
      const { volumes, server } = serverOf(password);
      expect(server.volumeMounts).toContainEqual({
        name: "plus-postgres",
        mountPath: "/etc/alertmanager-plus/postgres",
        readOnly: true,
      } as never);
      const secret = { secretName: "db-app", items: [{ key: "pw", path: "password" }] };
      expect(volumes).toContainEqual({ name: "plus-postgres", secret });
    });

    test("gives bundled servers passwords nobody has chosen, which show nowhere else", async () => {
      const passwordIn = (objects: readonly KubernetesObject[], name: string) =>
        dataOf(objectOf(objects, "Secret", `rel-alertmanager-${name}`))["password"] as string;
      const [one, other] = [await helm.render(BUNDLED), await helm.render(BUNDLED)];
      for (const name of ["postgres", "redis"]) {
        const password = passwordIn(one, name);
        expect(password).toMatch(/^[A-Za-z0-9]{32}$/);
        expect(passwordIn(other, name)).not.toBe(password);
        expect(JSON.stringify(one.filter(({ kind }) => kind !== "Secret"))).not.toContain(password);
        expect(env(one)[`ALERTMANAGER_${name.toUpperCase()}_PASSWORD_FILE`]).toEqual({
          value: `/etc/alertmanager-plus/${name}/password`,
        });
      }
    });

    test("has bundled servers that no selector of Alertmanager's takes for its own pods", async () => {
      const objects = await helm.render({ ...BUNDLED, podDisruptionBudget: { minAvailable: 2 } });
      const workloads = objects.filter(({ kind }) => kind === "StatefulSet" || kind === "Deployment");
      expect(workloads).toHaveLength(3);
      const { selector } = objectOf(objects, "Service", "rel-alertmanager")["spec"] as {
        selector: Record<string, string>;
      };
      const selected = workloads.filter((workload) => {
        const { labels } = podOf(workload);
        return Object.entries(selector).every(([key, value]) => labels[key] === value);
      });
      expect(selected.map(({ metadata }) => metadata.name)).toEqual(["rel-alertmanager"]);
    });
  });

  test("labels and annotates the pod of the migration as it is told", async () => {
    const migration = {
      enabled: true,
      podLabels: { team: "sre" },
      podAnnotations: { "sidecar.example.org/inject": "false" },
    };
    const objects = await helm.render({ mode: "ha", postgres: { existingSecret: "db" }, migration });
    const { labels, annotations } = podOf(objectOf(objects, "Job"));
    expect(labels).toMatchObject({ "app.kubernetes.io/name": "alertmanager-migration", team: "sre" });
    expect(annotations).toEqual(migration.podAnnotations);
  });

  describe("makes a second file", () => {
    test("of plus, classification and llm, which the server takes", async () => {
      const objects = await helm.render({
        plus: {
          history: { max_size: 16000000, retention: "30d" },
          publishing: { fallback: "ops", rate_limit: { chat: { every: "30s", burst: 5 } } },
        },
        classification: { mode: "enriched" },
        llm: { enabled: true, existingSecret: "model", model: "some-model", budget: { usd_per_day: 0.5 } },
      });
      const plus = plusFrom(objects);
      expect(plus.history).toEqual({ max_size: 16_000_000, retention: 30 * 86_400_000 });
      expect(plus.publishing.rate_limit.get("chat")).toEqual({ every: 30_000, burst: 5 });
      expect(plus.classification.mode).toBe("enriched");
      expect(plus.llm).toMatchObject({ enabled: true, api_key_file: "/etc/alertmanager-plus/llm/api-key" });
      expect(plus.llm.budget.usd_per_day).toBe(0.5);
      expect(optionsFrom(objects).plusConfigFile).toBe("/etc/alertmanager-plus/config/plus.yml");
      expect(serverOf(objects).volumes).toContainEqual({
        name: "plus-llm",
        secret: { secretName: "model", items: [{ key: "api-key", path: "api-key" }] },
      });
    });

    test("but leaves it to a file of the user's if a flag names one", async () => {
      const objects = await helm.render({ plus: { history: {} }, extraArgs: { "plus.config.file": "/own/plus.yml" } });
      expect(optionsFrom(objects).plusConfigFile).toBe("/own/plus.yml");
    });

    test("that has pods replaced when it changes, except for what a reload reads", async () => {
      const checksum = async (plus: Values, enabled: boolean) =>
        serverOf(await helm.render({ plus, configmapReload: { enabled } })).annotations["checksum/plus"];
      const publishing = { fallback: "ops" };
      const history = { retention: "1d" };
      expect(await checksum({ history, publishing }, true)).toBe((await checksum({ history }, true)) as string);
      expect(await checksum({ history, publishing }, false)).not.toBe((await checksum({ history }, false)) as string);
      expect(await checksum({ history, publishing }, true)).not.toBe((await checksum({ publishing }, true)) as string);
    });
  });

  test("takes passwords and keys in the second file that ${NAME} stands for", async () => {
    const plus = {
      storage: { postgres: { url: "postgres://am:${DB_PASSWORD}@db/alerts" }, redis: "redis://cache:6379" },
      llm: { api_key: "${KEY}" },
    };
    const objects = await helm.render({ mode: "ha", plus });
    const read = plusFrom(objects, { DB_PASSWORD: "pa55", KEY: "sk" });
    expect(read.storage.postgres?.password?.reveal()).toBe("pa55");
    expect(read.llm.api_key?.reveal()).toBe("sk");
  });

  test("takes parts of the second file with nothing in them", async () => {
    const plus = {
      storage: null,
      history: null,
      kubernetes: { targets: null },
      llm: null,
    };
    expect(plusFrom(await helm.render({ plus }))).toEqual(parsePlusConfig("", {}));
  });

  test("writes large numbers in flags in full", async () => {
    const objects = await helm.render({ extraArgs: { "silences.max-silences": 2000000 } });
    expect(optionsFrom(objects).maxSilences).toBe(2_000_000);
  });

  test("has the sidecar reload where the route prefix is, and watch both files", async () => {
    const values = { baseURL: "https://alerts.example/am/", configmapReload: { enabled: true }, plus: { history: {} } };
    const { containers } = serverOf(await helm.render(values));
    expect(containers[0]?.args).toEqual([
      "--watched-dir=/etc/alertmanager",
      "--watched-dir=/etc/alertmanager-plus/config",
      "--reload-url=http://127.0.0.1:9093/am/-/reload",
    ]);
  });

  test("has Prometheus scrape where the route prefix is", async () => {
    const pathOf = async (values: Values, path?: string) => {
      const serviceMonitor = { enabled: true, ...(path !== undefined && { path }) };
      const { spec } = objectOf(await helm.render({ ...values, serviceMonitor }), "ServiceMonitor") as unknown as {
        spec: { endpoints: { path: string }[] };
      };
      return spec.endpoints[0]?.path;
    };
    expect(await pathOf({})).toBe("/metrics");
    expect(await pathOf({ baseURL: "https://alerts.example/am/" })).toBe("/am/metrics");
    expect(await pathOf({ baseURL: "https://alerts.example/am" }, "/am/metrics")).toBe("/am/metrics");
    const flags = { "web.external-url": "https://alerts.example/am", "web.route-prefix": "/" };
    expect(await pathOf({ extraArgs: flags })).toBe("/metrics");
  });

  test("meets the restricted Pod Security Standard by default, also for what it bundles", async () => {
    const objects = await helm.render(BUNDLED);
    const workloads = objects.filter(({ kind }) => kind === "StatefulSet" || kind === "Deployment");
    expect(workloads).toHaveLength(3);
    for (const workload of workloads) {
      const pod = podOf(workload) as unknown as { securityContext: Record<string, unknown> };
      expect(pod.securityContext["seccompProfile"]).toEqual({ type: "RuntimeDefault" });
      for (const { securityContext = {} } of podOf(workload).containers) {
        expect({ ...pod.securityContext, ...securityContext }).toMatchObject({
          allowPrivilegeEscalation: false,
          capabilities: { drop: ["ALL"] },
          runAsNonRoot: true,
        });
      }
    }
  });

  test("asks for no rights unless it is given rules, and then in its namespace only", async () => {
    const isRight = ({ kind }: KubernetesObject) => /Role/.test(kind);
    expect((await helm.render(BUNDLED)).filter(isRight)).toEqual([]);
    const rules = [{ apiGroups: [""], resources: ["configmaps"], verbs: ["get", "list", "watch"] }];
    const objects = (await helm.render({ rbac: { rules } })).filter(isRight);
    expect(objects.map(({ kind }) => kind).sort()).toEqual(["Role", "RoleBinding"]);
    expect(objectOf(objects, "Role")["rules"]).toEqual(rules);
    const account = { kind: "ServiceAccount", name: "rel-alertmanager", namespace: "ns" };
    expect(objectOf(objects, "RoleBinding")["subjects"]).toEqual([account]);
  });

  test("may read Secrets where targets are looked for in them, and nowhere else", async () => {
    const rights = async (targets: Values) => {
      const objects = await helm.render({ plus: { kubernetes: { targets } } });
      return objects.filter(({ kind }) => /Role/.test(kind));
    };
    expect(await rights({ enabled: false, namespaces: ["a"] })).toEqual([]);
    const own = await rights({ enabled: true });
    expect(objectOf(own, "Role")).toMatchObject({
      metadata: { name: "rel-alertmanager-targets", namespace: "ns" },
      rules: [{ apiGroups: [""], resources: ["secrets"], verbs: ["get", "list", "watch"] }],
    });
    expect(objectOf(own, "RoleBinding")).toMatchObject({
      roleRef: { kind: "Role", name: "rel-alertmanager-targets" },
      subjects: [{ kind: "ServiceAccount", name: "rel-alertmanager", namespace: "ns" }],
    });
    const others = await rights({ enabled: true, namespaces: ["a", "ns"] });
    // In another namespace by a name that is not that of the same release of a third one.
    expect(others.map(({ kind, metadata: { name, namespace } }) => `${kind} ${namespace} ${name}`).sort()).toEqual([
      "Role a rel-alertmanager-ns-targets",
      "Role ns rel-alertmanager-targets",
      "RoleBinding a rel-alertmanager-ns-targets",
      "RoleBinding ns rel-alertmanager-targets",
    ]);
    const binding = objectOf(others, "RoleBinding", "rel-alertmanager-ns-targets");
    expect(binding).toMatchObject({
      roleRef: { name: "rel-alertmanager-ns-targets" },
      subjects: [{ name: "rel-alertmanager", namespace: "ns" }],
    });
  });

  test("closes the network to others than it is told, but not to its own pods nor to additional peers", async () => {
    const ingress = async (values: Values) => {
      const objects = await helm.render({
        ...values,
        networkPolicy: { enabled: true, ...(values["networkPolicy"] as Values) },
      });
      const { spec } = objectOf(objects, "NetworkPolicy", "rel-alertmanager") as unknown as {
        spec: { ingress: { ports: { port: number }[]; from?: unknown[] }[] };
      };
      return spec.ingress.map(({ ports, from }) => ({ ports: ports.map(({ port }) => port), from }));
    };
    const own = {
      podSelector: {
        matchLabels: { "app.kubernetes.io/name": "alertmanager", "app.kubernetes.io/instance": "rel" },
      },
    };
    const prometheus = { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "monitoring" } } };
    expect(await ingress({})).toEqual([{ ports: [9093], from: undefined }]);
    expect(await ingress({ replicaCount: 2, networkPolicy: { from: [prometheus] } })).toEqual([
      { ports: [9093], from: [own, prometheus] },
      { ports: [9094, 9094], from: [own] },
    ]);
    expect((await ingress({ additionalPeers: ["a:9094"] }))[1]).toEqual({ ports: [9094, 9094], from: undefined });
  });

  test("renders extra objects, mappings and texts, with templates in them", async () => {
    const object = {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: '{{ include "alertmanager.fullname" . }}-a' },
    };
    const text = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}-b\n";
    const objects = await helm.render({ extraObjects: [object, text] });
    expect(objectOf(objects, "ConfigMap", "rel-alertmanager-a")).toBeDefined();
    expect(objectOf(objects, "ConfigMap", "rel-b")).toBeDefined();
  });

  test("runs the image's own amtool as its test", async () => {
    const objects = await helm.render({ testFramework: { enabled: true }, baseURL: "http://a.example/am" });
    const { spec } = objectOf(objects, "Pod") as unknown as { spec: { containers: { command: string[] }[] } };
    expect(spec.containers[0]?.command).toEqual([
      "/bin/amtool",
      "--alertmanager.url=http://rel-alertmanager:9093/am",
      "cluster",
      "show",
    ]);
  });

  test("keeps its names as a part of another chart, under an alias too", async () => {
    const parent = join(helm.directory, "parent");
    mkdirSync(join(parent, "charts"), { recursive: true });
    cpSync(CHART, join(parent, "charts/alertmanager-plus-plus"), { recursive: true });
    const dependency = (alias: string) =>
      `apiVersion: v2\nname: parent\nversion: 1.0.0\ndependencies:\n  - {name: alertmanager-plus-plus, version: 0.1.0, alias: ${alias}, condition: ${alias}.enabled}\n`;
    const names = async (alias: string) => {
      writeFileSync(join(parent, "Chart.yaml"), dependency(alias));
      const flags = [helm.values({ global: { a: 1 }, [alias]: { enabled: true, replicaCount: 2 } })];
      const objects = objectsOf(await helm.ask("template", "rel", parent, ...flags));
      const set = objectOf(objects, "StatefulSet");
      return [set.metadata.name, podOf(set).labels["app.kubernetes.io/name"], podOf(set).containers[0]?.name];
    };
    expect(await names("alertmanager")).toEqual(["rel-alertmanager", "alertmanager", "alertmanager"]);
    expect(await names("pager")).toEqual(["rel-pager", "pager", "pager"]);
  });

  test("takes the values its page in the docs shows", async () => {
    const page = readFileSync(join(import.meta.dir, "../../docs/kubernetes.md"), "utf8");
    const examples = Array.from(page.matchAll(/(?:^ {4}.*\n)+/gm), ([block]) => block).filter(
      (block) => !/^ {4}helm /.test(block),
    );
    expect(examples.length).toBeGreaterThan(3);
    for (const example of examples) {
      const objects = await helm.render(parse(example) as Values);
      expect(optionsFrom(objects).dataDir).toBe("/alertmanager");
      if (objects.some(({ kind, metadata }) => kind === "ConfigMap" && metadata.name.endsWith("-plus"))) {
        plusFrom(objects, { REDIS_PASSWORD: "a", ALERTMANAGER_POSTGRES_URL: "postgres://a@b/c" });
      }
    }
  });

  // Each with a part of the message that says what is wrong and what was expected.
  const REFUSED: readonly (readonly [values: Values, message: string])[] = [
    [{ replicaCont: 3 }, "additional properties 'replicaCont' not allowed"],
    [{ replicaCount: "3" }, "at '/replicaCount': got string, want integer"],
    [{ service: { prot: 9093 } }, "at '/service': additional properties 'prot' not allowed"],
    [{ config: { recievers: [] } }, "at '/config': additional properties 'recievers' not allowed"],
    [{ config: { receivers: [{}] } }, "at '/config/receivers/0': missing property 'name'"],
    [{ persistence: { sizes: "1Gi" } }, "at '/persistence': additional properties 'sizes' not allowed"],
    [{ mode: "cluster" }, "at '/mode': value must be one of 'sqlite', 'ha'"],
    [{ podAntiAffinity: "no" }, "at '/podAntiAffinity': value must be one of '', 'soft', 'hard'"],
    [{ extraArgs: { "log.level": ["debug"] } }, "at '/extraArgs/log.level': got array, want"],
    [{ podAnnotations: { scrape: true } }, "at '/podAnnotations/scrape': got boolean, want string"],
    [{ llm: { api_key: "sk" } }, "at '/llm': additional properties 'api_key' not allowed"],
    [{ plus: { histroy: {} } }, "at '/plus': additional properties 'histroy' not allowed"],
    [
      { plus: { kubernetes: { targets: { enable: true } } } },
      "at '/plus/kubernetes/targets': additional properties 'enable' not allowed",
    ],
    [{ llm: { budget: { usd_per_week: 1 } } }, "at '/llm/budget': additional properties 'usd_per_week' not allowed"],
    [
      { mode: "ha", plus: { storage: { postgres: "postgres://am:pa55@db/alerts" } } },
      "plus.storage.postgres: has a password, which would show in a ConfigMap; give postgres.url or",
    ],
    [
      { ...BUNDLED, redis: {}, plus: { storage: { redis: { url: "rediss://:pa55@cache" } } } },
      "plus.storage.redis: has a password, which would show in a ConfigMap; give redis.url or",
    ],
    [{ plus: { llm: { api_key: "sk-pa55" } } }, "plus.llm.api_key: would show in a ConfigMap; give llm.existingSecret"],
    [{ llm: { enabled: true } }, "llm.existingSecret: not given; expected the name of a Secret"],
    [{ mode: "ha" }, "mode: ha needs a Postgres database; give postgres.url, postgres.existingSecret or"],
    [{ postgres: { url: "postgres://db/a" } }, "postgres: given, but mode is sqlite; say mode: ha"],
    [{ plus: { storage: { postgres: "postgres://db/a" } } }, "postgres: given, but mode is sqlite"],
    [{ extraEnv: [{ name: "ALERTMANAGER_POSTGRES_URL", value: "postgres://db/a" }] }, "postgres: given, but mode is"],
    [{ redis: { bundled: { enabled: true } } }, "redis: given, but mode is sqlite"],
    [
      { mode: "ha", postgres: { url: "mysql://u:pa55@db/a" } },
      "postgres.url: is no URL of Postgres; expected one such as",
    ],
    [{ ...BUNDLED, postgres: { url: "postgres://db/a", bundled: { enabled: true } } }, "say which one is meant"],
    [
      { mode: "ha", postgres: { url: "postgres://db/a" }, plus: { storage: { postgres: "postgres://db/b" } } },
      "plus.storage.postgres: has a URL beside postgres.url",
    ],
    [{ ...BUNDLED, additionalPeers: ["a:9094"] }, "additionalPeers: members of an Alertmanager cluster"],
    [{ migration: { enabled: true } }, "migration.enabled: only for mode ha"],
    [{ ...BUNDLED, migration: { enabled: true } }, "migration.enabled: the bundled Postgres is not there before"],
    [
      { image: { repository: "mirror.example/prometheus/alertmanager" }, plus: { history: {} } },
      "image.repository: mirror.example/prometheus/alertmanager is Alertmanager itself",
    ],
  ];
  for (const [values, message] of REFUSED) {
    test(`refuses ${JSON.stringify(values)}`, async () => {
      const refusal = await helm.refusal(values);
      expect(refusal).toContain(message);
      expect(refusal).not.toContain("pa55");
    });
  }
});

test("the schema knows the parts of the second file that are values of their own", () => {
  const schema = JSON.parse(readFileSync(join(CHART, "values.schema.json"), "utf8"));
  const keys = (part: string) => Object.keys(schema.properties[part].properties).sort();
  const { api_key: _, ...llm } = LLM_DEFAULTS;
  expect(keys("llm")).toEqual([...Object.keys(llm), "existingSecret", "existingSecretKey"].sort());
  expect(keys("classification")).toEqual(Object.keys(CLASSIFICATION_DEFAULTS).sort());
});

/** Paths of the keys of mappings that have no others; `[]` for items, `NAME` for names of the user's own. */
function pathsOf(shape: Shape | undefined, path: string): readonly string[] {
  if (shape?.kind === "list") return pathsOf(shape.of, `${path}[]`);
  if (shape?.kind === "names") return pathsOf(shape.of, `${path}.NAME`);
  if (shape?.kind !== "mapping") return [path];
  return Object.entries(shape.keys).flatMap(([key, value]) => pathsOf(value, `${path}.${key}`));
}

interface SchemaPart {
  readonly properties?: Readonly<Record<string, SchemaPart>>;
  readonly additionalProperties?: SchemaPart | false;
  readonly items?: SchemaPart;
}

function schemaPathsOf({ properties, additionalProperties, items }: SchemaPart, path: string): readonly string[] {
  if (items !== undefined) return schemaPathsOf(items, `${path}[]`);
  if (typeof additionalProperties === "object") return schemaPathsOf(additionalProperties, `${path}.NAME`);
  if (properties === undefined) return [path];
  expect({ path, additionalProperties }).toEqual({ path, additionalProperties: false });
  return Object.entries(properties).flatMap(([key, value]) => schemaPathsOf(value, `${path}.${key}`));
}

test("the schema knows every key of the second file, so that a misspelt one is refused before a pod is replaced", () => {
  const schema = JSON.parse(readFileSync(join(CHART, "values.schema.json"), "utf8"));
  // What a list or a mapping of names holds only counts where that has keys of its own.
  const counted = (paths: readonly string[]) => paths.map((path) => path.replace(/(\[\]|\.NAME)+$/, "")).sort();
  expect(counted(schemaPathsOf(schema.properties.plus, "plus"))).toEqual(counted(pathsOf(readPlusFile.shape, "plus")));
});

test("the schema has every value there is, and no other", () => {
  const schema = JSON.parse(readFileSync(join(CHART, "values.schema.json"), "utf8"));
  const values = parse(readFileSync(join(CHART, "values.yaml"), "utf8"));
  // The two are a parent chart's.
  const { global: _, enabled: __, ...known } = schema.properties;
  expect(Object.keys(known).sort()).toEqual(Object.keys(values).sort());
});
