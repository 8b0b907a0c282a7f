import { parseAllDocuments } from "yaml";

/** An object of the Kubernetes API. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly [key: string]: unknown;
}

/** The objects of a manifest; those in lists by themselves. */
export function objectsOf(manifest: string): KubernetesObject[] {
  return parseAllDocuments(manifest).flatMap((document) => {
    const [error] = document.errors;
    if (error !== undefined) throw error;
    const object = document.toJS() as (KubernetesObject & { items?: KubernetesObject[] }) | null;
    return object?.kind === "List" ? (object.items ?? []) : (object ?? []);
  });
}

/** The one object of this kind, and of this name where there are several. */
export function objectOf(objects: readonly KubernetesObject[], kind: string, name?: string): KubernetesObject {
  const found = objects.filter((o) => o.kind === kind && (name === undefined || o.metadata.name === name));
  const [object] = found;
  if (object === undefined || found.length > 1) {
    const all = objects.map((o) => `${o.kind} ${o.metadata.name}`).join(", ");
    throw new Error(`${found.length} objects are a ${kind} ${name ?? ""}; there are ${all}`);
  }
  return object;
}
