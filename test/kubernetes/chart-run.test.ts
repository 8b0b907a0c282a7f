import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CHART, Helm, objectOf, whyNoHelm, type KubernetesObject, type Values } from "../support/kubernetes.ts";
import { dataOf, podOf, serverOf, type Container } from "../support/kubernetes-pod.ts";
import { freePort } from "../support/port.ts";
import { startPostgres } from "../support/postgres.ts";
import { run } from "../support/run.ts";
import { program } from "../support/server.ts";
import { eventually } from "../support/wait.ts";

const why = whyNoHelm();
if (why !== undefined) console.log(`chart-run: not run, ${why}`);

/** What the kubelet would set, for a pod on this machine. */
function environmentOf(
  { env = [] }: Container,
  secrets: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const fields: Readonly<Record<string, string>> = {
    POD_IP: "127.0.0.1",
    ALERTMANAGER_REPLICA_NAME: "rel-alertmanager-0",
  };
  return Object.fromEntries(
    env.map(({ name, value, valueFrom }) => [
      name,
      value ?? fields[name] ?? secrets[valueFrom?.secretKeyRef?.key ?? ""] ?? "",
    ]),
  );
}

describe.skipIf(why !== undefined)("the program, started as the chart has it started,", () => {
  let helm: Helm;
  beforeAll(async () => {
    helm = await Helm.create();
  });
  afterAll(() => helm?.[Symbol.asyncDispose]());

  /** The directory that stands for the container's root, with the release's files in it. */
  function rootOf(objects: readonly KubernetesObject[], name: string): string {
    const root = join(helm.directory, name);
    const put = (path: string, configMap: string) => {
      mkdirSync(join(root, path), { recursive: true });
      const found = objects.filter((object) => object.kind === "ConfigMap" && object.metadata.name === configMap);
      for (const object of found) {
        for (const [file, text] of Object.entries(dataOf(object))) writeFileSync(join(root, path, file), text);
      }
    };
    put("etc/alertmanager", "rel-alertmanager");
    put("etc/alertmanager-plus/config", "rel-alertmanager-plus");
    return root;
  }

  const CASES: Readonly<Record<string, Values>> = {
    "by default": {},
    "below a route prefix": { baseURL: "https://alerts.example/am" },
    "with peers": { replicaCount: 2, additionalPeers: ["127.0.0.1:1"] },
    "with a second file": { plus: { history: { retention: "1d" }, publishing: { fallback: "default-receiver" } } },
    "with access on": { plus: { access: { enabled: true, anonymous: "none", ingest: "token", local: "admin" } } },
    "in mode ha, with the database away": {
      mode: "ha",
      replicaCount: 3,
      postgres: { url: "postgres://nobody@127.0.0.1:1/none" },
      redis: { url: "redis://127.0.0.1:1" },
    },
  };
  for (const [name, values] of Object.entries(CASES)) {
    test.concurrent(`answers its probes ${name}`, async () => {
      const clusterPort = await freePort();
      const objects = await helm.render({ ...values, service: { clusterPort } });
      const { server } = serverOf(objects);
      const root = rootOf(objects, name.replaceAll(/\W/g, "-"));
      const port = await freePort();
      const env = environmentOf(server, dataOfSecret(objects));
      // As in a container: the same paths in another root, and ports that are free here.
      const args = server.args.map((arg) =>
        arg.replace(/=\/(alertmanager|etc\/)/, `=${root}/$1`).replaceAll("$(POD_IP)", env["POD_IP"] as string),
      );
      if (!args.some((arg) => arg.startsWith("--cluster.listen-address="))) {
        args.push(`--cluster.listen-address=127.0.0.1:${clusterPort}`, "--cluster.advertise-address=127.0.0.1:1");
      }
      const log = join(root, "log");
      const child = Bun.spawn([program, ...args, `--web.listen-address=127.0.0.1:${port}`], {
        stdio: ["ignore", Bun.file(log), Bun.file(log)],
        env,
      });
      try {
        for (const probe of [server.livenessProbe, server.readinessProbe]) {
          const path = probe?.httpGet.path ?? "";
          await eventually(`${path} is answered`, async () => {
            if (child.exitCode !== null) throw new Error(readFileSync(log, "utf8"));
            return (await fetch(`http://127.0.0.1:${port}${path}`)).ok;
          });
        }
        // As the sidecar does, from within the pod.
        const reload = reloadPath(await helm.render({ ...values, configmapReload: { enabled: true } }));
        expect((await fetch(`http://127.0.0.1:${port}${reload}`, { method: "POST" })).status).toBe(200);
      } finally {
        child.kill("SIGKILL");
        await child.exited;
      }
    });
  }

  function reloadPath(objects: readonly KubernetesObject[]): string {
    const { containers } = podOf(objectOf(objects, "StatefulSet"));
    const flag = containers.flatMap(({ args = [] }) => args).find((arg) => arg.startsWith("--reload-url="));
    return new URL(flag?.replace("--reload-url=", "") ?? "").pathname;
  }

  function dataOfSecret(objects: readonly KubernetesObject[]): Readonly<Record<string, string>> {
    return Object.assign({}, ...objects.filter(({ kind }) => kind === "Secret").map(dataOf));
  }

  test("brings a database's tables up to date as the migration job", async () => {
    await using database = await startPostgres();
    const values = { mode: "ha", postgres: { url: database.url }, migration: { enabled: true } };
    const objects = await helm.render(values);
    const [container] = podOf(objectOf(objects, "Job")).containers;
    const env = environmentOf(container as Container, dataOfSecret(objects));
    const { code, stderr } = await run([program, ...(container?.args ?? [])], { env });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const tables = "SELECT count(*)::integer AS tables FROM pg_tables WHERE schemaname = 'alertmanager_plus'";
    expect(await database.psql(tables)).not.toEqual([{ tables: 0 }]);
  });

  test("is the version the chart says it equals", async () => {
    const { stdout } = await run([program, "--version"]);
    const [, version] = /version (\S+)/.exec(stdout) ?? [];
    expect(readFileSync(join(CHART, "Chart.yaml"), "utf8")).toContain(`appVersion: v${version}-`);
  });
});
