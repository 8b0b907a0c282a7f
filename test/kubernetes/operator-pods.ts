import recorded from "./operator-pods.json";

// What the operator's own code made, at three of its releases, of three Alertmanager objects, each with our image in `spec.image`:
//   one    as kube-prometheus-stack writes it with its defaults, with `version` from the image's tag
//   three  as kube-prometheus writes it, with `version` left at what it was
//   all    with every setting that becomes a flag, a claim for the storage, and our second file among the arguments

export interface VolumeMount {
  readonly name: string;
  readonly mountPath: string;
  readonly subPath?: string;
  readonly readOnly?: boolean;
}

export interface HttpProbe {
  readonly httpGet: { readonly path: string; readonly port: string };
  readonly initialDelaySeconds?: number;
  readonly timeoutSeconds: number;
  readonly periodSeconds?: number;
  readonly failureThreshold: number;
}

export interface PodContainer {
  readonly name: string;
  readonly command?: readonly string[];
  readonly args: readonly string[];
  readonly env: readonly {
    readonly name: string;
    readonly value?: string;
    readonly valueFrom?: { readonly fieldRef: { readonly fieldPath: string } };
  }[];
  readonly volumeMounts: readonly VolumeMount[];
  readonly livenessProbe?: HttpProbe;
  readonly readinessProbe?: HttpProbe;
  readonly securityContext: {
    readonly capabilities: { readonly drop: readonly string[] };
    readonly readOnlyRootFilesystem: boolean;
    readonly allowPrivilegeEscalation: boolean;
  };
}

export interface PodVolume {
  readonly name: string;
  readonly secret?: { readonly secretName: string };
  readonly configMap?: { readonly name: string };
  readonly emptyDir?: { readonly medium?: string };
  readonly projected?: { readonly sources: readonly unknown[] };
}

/** An Alertmanager object as the operator makes a StatefulSet of it. */
export interface OperatorSet {
  readonly namespace: string;
  readonly name: string;
  readonly replicas: number;
  readonly pod: {
    readonly securityContext: { readonly runAsUser: number; readonly runAsGroup?: number; readonly fsGroup: number };
    readonly terminationGracePeriodSeconds: number;
    readonly initContainers: readonly PodContainer[];
    readonly containers: readonly PodContainer[];
    readonly volumes: readonly PodVolume[];
  };
  /** Names of volumes that are claims. */
  readonly volumeClaims: readonly string[];
}

export const OPERATOR_SETS = recorded as unknown as Readonly<Record<string, Readonly<Record<string, OperatorSet>>>>;

/** @throws Error where nothing of the name was recorded */
export function operatorSet(release: string, name: string): OperatorSet {
  const found = OPERATOR_SETS[release]?.[name];
  if (found === undefined) throw new Error(`nothing was recorded as ${name} of ${release}`);
  return found;
}
