import { readMapping, readScalar, readSequence } from "./reader.ts";
import { boolean, path, typed, type ReadText } from "./values.ts";

/** The Kubernetes API and what is taken from it. "" stands for what a pod is told by its cluster. */
export interface KubernetesSettings {
  /** Its address: `https://host:port`. */
  readonly api_server: string;
  /** Read at each request: such tokens are replaced every hour or so. */
  readonly token_file: string;
  /** PEM */
  readonly ca_file: string;
  readonly targets: TargetsSettings;
}

/** Publishing targets found in Secrets. */
export interface TargetsSettings {
  readonly enabled: boolean;
  /** Where Secrets are looked for; none: in the server's own. */
  readonly namespaces: readonly string[];
  readonly label_selector: string;
}

export const KUBERNETES_DEFAULTS: KubernetesSettings = {
  api_server: "",
  token_file: "",
  ca_file: "",
  targets: { enabled: false, namespaces: [], label_selector: "publishing-target=true" },
};

const namespace: ReadText<string> = typed("name", (value) => {
  if (/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(value)) return value;
  throw new Error(`${JSON.stringify(value)} is not allowed: expected the name of a namespace`);
});

const selector: ReadText<string> = typed("label selector", (value) => {
  if (value.trim() !== "") return value;
  throw new Error("is empty: expected a label selector such as publishing-target=true");
});

const apiServer: ReadText<string> = typed("URL", (value) => {
  if (value === "" || (/^https?:\/\/[^/?#@\s]+\/?$/.test(value) && URL.canParse(value))) return value;
  throw new Error(`${JSON.stringify(value)} is not allowed: expected https://host:port`);
});

/** The key `kubernetes`. */
export const readKubernetes = readMapping(KUBERNETES_DEFAULTS, {
  api_server: readScalar(apiServer),
  token_file: readScalar(path),
  ca_file: readScalar(path),
  targets: readMapping(KUBERNETES_DEFAULTS.targets, {
    enabled: readScalar(boolean),
    namespaces: readSequence(readScalar(namespace)),
    label_selector: readScalar(selector),
  }),
});

/** Relative files count from the directory. */
export function kubernetesSettings(
  settings: KubernetesSettings,
  resolve: (file: string) => string,
): KubernetesSettings {
  return { ...settings, token_file: resolve(settings.token_file), ca_file: resolve(settings.ca_file) };
}
