import { existsSync } from "node:fs";
import { join } from "node:path";
import { run } from "./run.ts";

const VARIABLES = { helm: "HELM", etcd: "ETCD", "kube-apiserver": "KUBE_APISERVER" } as const;
export type KubernetesProgram = keyof typeof VARIABLES;

/** Where developers of this project may have them, packed with xz. */
const BESIDE_US = join(import.meta.dir, "../../../shared/k8s");

/** The program's file, or one packed with xz; undefined where there is neither. */
function find(name: KubernetesProgram): string | undefined {
  const named = process.env[VARIABLES[name]];
  if (named !== undefined && named !== "") return named;
  const assets = process.env["KUBEBUILDER_ASSETS"] ?? "/usr/local/kubebuilder/bin";
  const places = [Bun.which(name) ?? "", join(assets, name), join(BESIDE_US, `${name}.xz`)];
  return places.find((path) => path !== "" && existsSync(path));
}

/** Why the programs cannot be run; undefined where they can. */
export function whyNoPrograms(...names: readonly KubernetesProgram[]): string | undefined {
  const missing = names.filter((name) => find(name) === undefined);
  if (missing.length === 0) return undefined;
  const variables = missing.map((name) => VARIABLES[name]).join(", ");
  return `no ${missing.join(", ")} in PATH or KUBEBUILDER_ASSETS, nor named by ${variables}`;
}

/** The program, ready to be run; unpacked into the directory if need be. @throws Error where there is none */
export async function program(name: KubernetesProgram, directory: string): Promise<string> {
  const found = find(name);
  if (found === undefined) throw new Error(whyNoPrograms(name));
  if (!found.endsWith(".xz")) return found;
  const unpacked = join(directory, name);
  // By a shell: a file that this process has open for writing, and those it starts with it, cannot be run.
  const { code, stderr } = await run(["sh", "-c", 'xz -dkc "$0" >"$1" && chmod +x "$1"', found, unpacked]);
  if (code !== 0) throw new Error(`unpacking ${found}: ${stderr}`);
  return unpacked;
}
