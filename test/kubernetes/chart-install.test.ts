import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  CHART,
  Helm,
  Kubernetes,
  usesGivenCluster,
  whyNoHelm,
  whyNoKubernetes,
  type KubernetesObject,
  type Values,
} from "../support/kubernetes.ts";
import { addKinds, OPERATOR_KINDS, OTHER_KINDS } from "../support/kubernetes-crds.ts";
import { dataOf, podOf } from "../support/kubernetes-pod.ts";
import { eventually } from "../support/wait.ts";
import { CASES } from "./community/cases.ts";
import { COMMUNITY } from "./community/recorded.ts";

const why = whyNoHelm() ?? whyNoKubernetes();
if (why !== undefined) console.log(`chart-install: not run, ${why}`);

// Kinds for the whole cluster, and the outcomes of pods, are ours to make up in a cluster of our own only.
const inOurs = test.skipIf(usesGivenCluster());
if (why === undefined && usesGivenCluster()) {
  console.log("chart-install: in the cluster of KUBECONFIG, what takes operators' kinds or hooks is not run");
}

// The first one waits for the API server.
setDefaultTimeout(120_000);

const HA: Values = {
  mode: "ha",
  replicaCount: 3,
  postgres: { url: "postgres://alerts:pa55@db.example/alerts" },
  redis: { url: "rediss://cache.example" },
};

const BUNDLED: Values = { mode: "ha", postgres: { bundled: { enabled: true } }, redis: { bundled: { enabled: true } } };

/** What else can be turned on in any cluster, all at once. */
const EXTRAS: Values = {
  networkPolicy: {
    enabled: true,
    from: [{ namespaceSelector: {} }],
    egress: [{ ports: [{ port: 443, protocol: "TCP" }] }],
  },
  podDisruptionBudget: { maxUnavailable: 1 },
  rbac: { rules: [{ apiGroups: [""], resources: ["configmaps"], verbs: ["get", "list", "watch"] }] },
  grafanaDashboard: { enabled: true, annotations: { grafana_folder: "Alerting" } },
  plus: { history: { max_size: "16MiB" } },
  classification: { mode: "enriched" },
  llm: { enabled: true, existingSecret: "model", model: "some-model" },
  ingress: { enabled: true, tls: [{ secretName: "tls", hosts: ["alertmanager.domain.com"] }] },
  servicePerReplica: { enabled: true },
  ingressPerReplica: { enabled: true },
  configmapReload: { enabled: true },
  extraObjects: [{ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "{{ .Release.Name }}-more" } }],
};

describe.skipIf(why !== undefined)("a real API server takes", () => {
  let cluster: Kubernetes;
  let helm: Helm;
  const namespaces: string[] = [];
  let number = 0;

  beforeAll(async () => {
    cluster = await Kubernetes.start();
    helm = await Helm.create(cluster.kubeconfig);
  }, 120_000);

  afterAll(async () => {
    if (cluster !== undefined && usesGivenCluster()) {
      for (const name of namespaces) await cluster.request("DELETE", `/api/v1/namespaces/${name}`);
    }
    await helm?.[Symbol.asyncDispose]();
    await cluster?.[Symbol.asyncDispose]();
  });

  async function namespace(name = `alertmanager-test-${process.pid}-${++number}`): Promise<string> {
    await cluster.request("POST", "/api/v1/namespaces", { metadata: { name } });
    namespaces.push(name);
    return name;
  }

  const install = (into: string, values: Values, release = "rel", ...flags: readonly string[]) =>
    helm.ask("install", release, CHART, `--namespace=${into}`, helm.values(values), ...flags);

  const upgrade = (of: string, values: Values, release = "rel", ...flags: readonly string[]) =>
    helm.ask("upgrade", release, CHART, `--namespace=${of}`, helm.values(values), ...flags);

  const get = (of: string, resource: string, name: string, group = "api/v1") =>
    cluster.request("GET", `/${group}/namespaces/${of}/${resource}/${name}`);

  const statefulSet = (of: string, name = "rel-alertmanager") => get(of, "statefulsets", name, "apis/apps/v1");

  /** Nobody runs what a hook makes; says that it has ended well. */
  async function succeed(
    of: string,
    group: string,
    resource: string,
    name: string,
    status: Values,
  ): Promise<KubernetesObject> {
    const object = await eventually(`${resource} ${name} is there`, () => get(of, resource, name, group), {
      withinMs: 60_000,
    });
    await cluster.request("PATCH", `/${group}/namespaces/${of}/${resource}/${name}/status`, { status });
    return object;
  }

  const VALUES: Readonly<Record<string, Values>> = {
    "the defaults": {},
    "three replicas with a file each": { replicaCount: 3, additionalPeers: ["other.example:9094"] },
    "mode ha": HA,
    "mode ha with bundled servers": BUNDLED,
    "mode ha with everything else": { ...HA, ...EXTRAS },
    "mode sqlite with everything else": { replicaCount: 2, ...EXTRAS },
    "bundled servers behind network policies": { ...BUNDLED, networkPolicy: { enabled: true } },
    "nothing kept": { persistence: { enabled: false }, serviceAccount: { create: false } },
  };
  for (const [name, values] of Object.entries(VALUES)) {
    test(name, async () => {
      const notes = await install(await namespace(), values);
      expect(notes).toContain("STATUS: deployed");
      expect(notes).toContain(values["mode"] === "ha" ? "Mode ha, " : "Mode sqlite, ");
    });
  }

  test("replicas with a file each, and notes that say what the peer channel between them promises", async () => {
    const into = await namespace();
    const notes = await install(into, { replicaCount: 3, additionalPeers: ["other:9094"], baseURL: "http://a/am" });
    expect(notes).toContain("between 3 replicas and 1 additional peer.");
    expect(notes).toContain("A notification goes out at least once.");
    for (const i of [0, 1, 2]) {
      expect(notes).toContain(`    http://rel-alertmanager-${i}.rel-alertmanager-headless.${into}:9093/am\n`);
    }
    expect(notes).toContain("all peers, the additional ones too, have to be Alertmanager++.");
  });

  test("how to reach it from outside, in the notes", async () => {
    const reach = async (values: Values) => (await install(await namespace(), values)).replaceAll(/\s+/g, " ");
    const host = { host: "alerts.example", paths: [{ path: "/am", pathType: "Prefix" }] };
    const ingress = { enabled: true, hosts: [host], tls: [{ secretName: "tls", hosts: ["alerts.example"] }] };
    expect(await reach({ ingress })).toContain("From outside: https://alerts.example/am ");
    expect(await reach({ service: { type: "NodePort" } })).toContain("From outside, on any node: kubectl --namespace");
    const balanced = await reach({ service: { type: "LoadBalancer" }, persistence: { enabled: false } });
    expect(balanced).toContain("From outside, once it has an address: kubectl --namespace");
    expect(balanced).toContain("persistence.enabled is false: what is stored goes with the pod.");
  });

  test("every pod there can be in a namespace that enforces the restricted Pod Security Standard", async () => {
    const into = await namespace();
    const labels = { "pod-security.kubernetes.io/enforce": "restricted" };
    await cluster.request("PATCH", `/api/v1/namespaces/${into}`, { metadata: { labels } });
    const rendered = [
      ...(await helm.render(BUNDLED, { release: "a", namespace: into })),
      ...(await helm.render(
        { ...HA, configmapReload: { enabled: true }, migration: { enabled: true }, testFramework: { enabled: true } },
        { release: "b", namespace: into },
      )),
    ];
    const taken: string[] = [];
    for (const object of rendered) {
      if (!["StatefulSet", "Deployment", "Job", "Pod"].includes(object.kind)) continue;
      // As their controllers would, which are the ones to be refused.
      const { template } = object["spec"] as { template?: { metadata: object; spec: Values } };
      const { metadata, spec } = template ?? { metadata: {}, spec: object["spec"] as Values };
      const volumes = [...((spec["volumes"] as object[] | undefined) ?? [])];
      for (const name of ["storage", "data"]) volumes.push({ name, emptyDir: {} });
      const { name } = object.metadata;
      const pod = { apiVersion: "v1", kind: "Pod", metadata: { ...metadata, name }, spec: { ...spec, volumes } };
      await cluster.request("POST", `/api/v1/namespaces/${into}/pods?dryRun=All`, pod);
      taken.push(name);
    }
    expect(taken.sort()).toEqual([
      "a-alertmanager",
      "a-alertmanager-postgres",
      "a-alertmanager-redis",
      "b-alertmanager",
      "b-alertmanager-migration",
      "b-alertmanager-test-connection",
    ]);
    const unconfined = { metadata: { name: "unconfined" }, spec: { containers: [{ name: "a", image: "a" }] } };
    const refused = cluster.request("POST", `/api/v1/namespaces/${into}/pods?dryRun=All`, unconfined);
    await expect(refused).rejects.toThrow('violates PodSecurity "restricted');
  });

  test("two releases of one name, each in a namespace of its own, whose targets are in the same third one", async () => {
    const [shared, ...own] = [await namespace(), await namespace(), await namespace()];
    const values = { plus: { kubernetes: { targets: { enabled: true, namespaces: [shared] } } } };
    for (const into of own) expect(await install(into, values)).toContain("STATUS: deployed");
    await helm.ask("uninstall", "rel", `--namespace=${own[0]}`);
    const roles = cluster.request("GET", `/apis/rbac.authorization.k8s.io/v1/namespaces/${shared}/roles`);
    const names = ((await roles)["items"] as KubernetesObject[]).map(({ metadata }) => metadata.name);
    expect(names).toEqual([`rel-alertmanager-${own[1]}-targets`]);
  });

  inOurs("no ServiceMonitor where there is no such kind, and notes that say so", async () => {
    const values = { serviceMonitor: { enabled: true }, prometheusRule: { enabled: true } };
    const into = await namespace();
    const notes = await install(into, values);
    expect(notes).toContain("serviceMonitor.enabled: this cluster has no ServiceMonitors, so there is none.");
    expect(notes).toContain("prometheusRule.enabled: this cluster has no PrometheusRules, so there is none.");

    await addKinds(cluster, OPERATOR_KINDS);
    expect(await upgrade(into, values)).not.toContain("this cluster has no");
    const group = "apis/monitoring.coreos.com/v1";
    expect(await get(into, "servicemonitors", "rel-alertmanager", group)).toBeDefined();
    const { spec } = (await get(into, "prometheusrules", "rel-alertmanager", group)) as unknown as {
      spec: { groups: { name: string }[] };
    };
    expect(spec.groups.map(({ name }) => name)).toEqual(["alertmanager.rules", "alertmanager-plus.rules"]);
  });

  /** A chart that makes the objects the community's made of the case. */
  function communityChart(name: string, into: string): string {
    const objects = (COMMUNITY.rendered[name] ?? []).map((object) => {
      const { namespace: own = "ns" } = object.metadata;
      return Object.assign(structuredClone(object), {
        metadata: { ...object.metadata, namespace: own === "ns" ? into : own },
      });
    });
    const chart = join(helm.directory, `community-${++number}`);
    mkdirSync(join(chart, "templates"), { recursive: true });
    writeFileSync(join(chart, "Chart.yaml"), `apiVersion: v2\nname: alertmanager\nversion: ${COMMUNITY.version}\n`);
    writeFileSync(join(chart, "objects.yaml"), objects.map((object) => `---\n${JSON.stringify(object)}\n`).join(""));
    writeFileSync(join(chart, "templates/all.yaml"), '{{ .Files.Get "objects.yaml" }}\n');
    writeFileSync(join(chart, "values.yaml"), JSON.stringify(COMMUNITY.values));
    return chart;
  }

  describe("an upgrade in place from the community chart", () => {
    /** What an upgrade in place leaves as it is. */
    async function lasting(of: string, name: string) {
      const set = await statefulSet(of, name);
      const { selector, serviceName, podManagementPolicy, volumeClaimTemplates } = set["spec"] as Values;
      const services = [await get(of, "services", name), await get(of, "services", `${name}-headless`)];
      return {
        uids: [set, ...services].map(({ metadata }) => (metadata as unknown as { uid: string }).uid),
        fixed: { selector, serviceName, podManagementPolicy, volumeClaimTemplates },
        addresses: services.map(({ spec }) => (spec as { clusterIP: string }).clusterIP),
      };
    }

    const image = async (of: string, name: string) =>
      podOf(await statefulSet(of, name)).containers.find((container) => container.name === "alertmanager")?.image;

    for (const [name, { release, values }] of Object.entries(CASES)) {
      const elsewhere = values["namespaceOverride"] as string | undefined;
      (elsewhere === undefined ? test : inOurs)(`with ${name}, and back`, async () => {
        if (elsewhere !== undefined) {
          for (const needed of [elsewhere, "monitoring"]) await namespace(needed);
          await addKinds(cluster, OTHER_KINDS);
        }
        const into = await namespace();
        const where = elsewhere ?? into;
        const set = (COMMUNITY.rendered[name] ?? []).find(({ kind }) => kind === "StatefulSet")?.metadata
          .name as string;
        await helm.ask("install", release, communityChart(name, into), `--namespace=${into}`, helm.values(values));
        const before = await lasting(where, set);
        const theirs = await image(where, set);

        expect(await upgrade(into, values, release)).toContain("REVISION: 2");
        expect(await lasting(where, set)).toEqual(before);
        if (values["image"] === undefined) expect(await image(where, set)).toStartWith("alertmanager-plus-plus:");

        await helm.ask("rollback", release, "1", `--namespace=${into}`);
        expect(await lasting(where, set)).toEqual(before);
        expect(await image(where, set)).toBe(theirs as string);
      });
    }

    test("with --reuse-values, which goes on with Alertmanager's own image and says so", async () => {
      const into = await namespace();
      await helm.ask("install", "rel", communityChart("all defaults", into), `--namespace=${into}`);
      const before = await lasting(into, "rel-alertmanager");
      const notes = await helm.ask("upgrade", "rel", CHART, `--namespace=${into}`, "--reuse-values");
      expect(notes).toContain("ATTENTION: image.repository is quay.io/prometheus/alertmanager");
      expect(await image(into, "rel-alertmanager")).toBe("quay.io/prometheus/alertmanager:v0.34.0");
      expect(await lasting(into, "rel-alertmanager")).toEqual(before);
    });
  });

  test("an upgrade that reuses values of a chart that had none of ours", async () => {
    const into = await namespace();
    await helm.ask("install", "rel", communityChart("all defaults", into), `--namespace=${into}`);
    const ours = {
      image: { repository: "registry.example/alertmanager-plus-plus" },
      mode: "ha",
      postgres: { existingSecret: "db" },
      llm: { enabled: true, existingSecret: "model", model: "m" },
      networkPolicy: { enabled: true },
      grafanaDashboard: { enabled: true },
      prometheusRule: { enabled: true },
    };
    expect(await upgrade(into, ours, "rel", "--reuse-values")).toContain("Mode ha, 1 replica");
  });

  test("a release that goes from a file to a database and back", async () => {
    const into = await namespace();
    await install(into, {});
    await upgrade(into, HA);
    expect(podOf(await statefulSet(into)).containers[0]?.args).toContain("--cluster.listen-address=");
    expect(dataOf(await get(into, "secrets", "rel-alertmanager-plus"))["postgres"]).toContain("pa55");
    await helm.ask("rollback", "rel", "1", `--namespace=${into}`);
    expect(podOf(await statefulSet(into)).containers[0]?.args).not.toContain("--cluster.listen-address=");
    await expect(get(into, "secrets", "rel-alertmanager-plus")).rejects.toThrow("404");
    await helm.ask("uninstall", "rel", `--namespace=${into}`);
  });

  inOurs("an end of the release that leaves nothing of it", async () => {
    const into = await namespace();
    const kinds = {
      "api/v1": ["configmaps", "secrets", "services", "serviceaccounts", "persistentvolumeclaims"],
      "apis/apps/v1": ["statefulsets", "deployments"],
      "apis/batch/v1": ["jobs"],
      "apis/policy/v1": ["poddisruptionbudgets"],
      "apis/networking.k8s.io/v1": ["networkpolicies", "ingresses"],
      "apis/rbac.authorization.k8s.io/v1": ["roles", "rolebindings"],
    };
    const there = async () => {
      const found: string[] = [];
      for (const [group, resources] of Object.entries(kinds)) {
        for (const resource of resources) {
          const { items } = await cluster.request("GET", `/${group}/namespaces/${into}/${resource}`);
          for (const { metadata } of items as KubernetesObject[]) found.push(`${resource} ${metadata.name}`);
        }
      }
      return found.sort();
    };
    const before = await there();
    await install(into, { ...BUNDLED, ...EXTRAS, plus: { kubernetes: { targets: { enabled: true } } } });
    expect((await there()).length).toBeGreaterThan(before.length + 20);
    await helm.ask("uninstall", "rel", `--namespace=${into}`);
    await eventually("all of it is gone", async () => Bun.deepEquals(await there(), before));
  });

  test("bundled servers whose passwords stay over upgrades", async () => {
    const into = await namespace();
    const passwords = async () =>
      Promise.all(
        ["postgres", "redis"].map(
          async (name) => dataOf(await get(into, "secrets", `rel-alertmanager-${name}`))["password"],
        ),
      );
    await install(into, BUNDLED);
    const before = await passwords();
    await upgrade(into, { ...BUNDLED, replicaCount: 3 });
    expect(await passwords()).toEqual(before);
  });

  inOurs("helm test, which is over when amtool is", async () => {
    const into = await namespace();
    await install(into, { testFramework: { enabled: true } });
    const tested = helm.ask("test", "rel", `--namespace=${into}`, "--timeout=20s");
    const pod = await succeed(into, "api/v1", "pods", "rel-alertmanager-test-connection", { phase: "Succeeded" });
    expect(JSON.stringify(pod["spec"])).toContain("/bin/amtool");
    expect(await tested).toMatch(/Phase:\s+Succeeded/);
  });

  inOurs("a migration job, which is over before anything else begins", async () => {
    const into = await namespace();
    const values = { ...HA, migration: { enabled: true }, plus: { storage: { postgres: { max_connections: 2 } } } };
    const installed = install(into, values, "rel", "--timeout=20s");
    const now = new Date().toISOString();
    const condition = (type: string) => ({ type, status: "True", lastTransitionTime: now, lastProbeTime: now });
    const job = await eventually("the job is there", () =>
      get(into, "jobs", "rel-alertmanager-migration", "apis/batch/v1"),
    );
    await expect(statefulSet(into)).rejects.toThrow("404");
    const { containers } = podOf(job);
    expect(containers[0]?.args).toEqual([
      "migrate",
      "--schema-only",
      "--plus.config.file=/etc/alertmanager-plus/config/plus.yml",
    ]);
    expect(containers[0]?.env?.[0]?.valueFrom?.secretKeyRef).toEqual({
      name: "rel-alertmanager-migration",
      key: "postgres",
    });
    await succeed(into, "apis/batch/v1", "jobs", "rel-alertmanager-migration", {
      startTime: now,
      completionTime: now,
      succeeded: 1,
      uncountedTerminatedPods: {},
      conditions: [condition("SuccessCriteriaMet"), condition("Complete")],
    });
    expect(await installed).toContain("STATUS: deployed");
    expect(await statefulSet(into)).toBeDefined();
    // What it read goes with it: the URL of the database is a secret.
    for (const [resource, group] of [["secrets"], ["configmaps"], ["jobs", "apis/batch/v1"]] as const) {
      await expect(get(into, resource, "rel-alertmanager-migration", group)).rejects.toThrow("404");
    }
  });
});
