import { expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { KUBERNETES_DEFAULTS } from "../config/plus/kubernetes.ts";
import { clusterOf } from "./cluster.ts";

test("a pod knows its cluster and its namespace, whatever kind of address the cluster has", () => {
  const account = mkdtempSync(join(tmpdir(), "alertmanager-test-account-"));
  writeFileSync(join(account, "namespace"), "monitoring\n");
  const pod = { KUBERNETES_SERVICE_HOST: "fd00::1", KUBERNETES_SERVICE_PORT: "443" };
  expect(clusterOf(KUBERNETES_DEFAULTS, pod, account)).toEqual({
    server: "https://[fd00::1]:443",
    tokenFile: join(account, "token"),
    caFile: join(account, "ca.crt"),
    namespaces: ["monitoring"],
    labelSelector: "publishing-target=true",
  });
  rmSync(account, { recursive: true });
});

test("outside of a cluster everything is said", () => {
  const targets = { ...KUBERNETES_DEFAULTS.targets, namespaces: ["a", "b", "a"] };
  const settings = { api_server: "https://h:6443/", token_file: "/t", ca_file: "", targets };
  expect(clusterOf(settings, {})).toMatchObject({ server: "https://h:6443", caFile: "", namespaces: ["a", "b"] });
  expect(() => clusterOf({ ...settings, api_server: "" }, {})).toThrow("kubernetes.api_server: not given");
  const nowhere = { ...settings, targets: KUBERNETES_DEFAULTS.targets };
  expect(() => clusterOf(nowhere, {}, "/nonexistent")).toThrow("kubernetes.targets.namespaces: not given");
});
