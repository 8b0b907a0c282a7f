import type { Alert } from "../plugin-api.ts";

/** Labels whose values say something about the alert, and not only where it fires. */
const TELLING = ["severity", "priority", "level", "job", "service", "component", "reason"];

/** What the model knows of an alert: its words, each with where it stands. The same for training and for use. */
export function wordsOf({ labels, annotations }: Pick<Alert, "labels" | "annotations">): ReadonlySet<string> {
  const words = new Set<string>();
  const add = (place: string, text: string) => {
    for (const word of split(text)) words.add(`${place}:${word}`);
  };
  add("name", labels["alertname"] ?? "");
  for (const name of TELLING) add(name, labels[name] ?? "");
  for (const name of Object.keys(labels)) if (name !== "alertname") words.add(`label:${name}`);
  for (const text of Object.values(annotations)) add("text", text);
  return words;
}

/** `KubePodCrashLooping` is four words; numbers and single letters are none. */
function split(text: string): string[] {
  const words = text.match(/\p{Lu}+(?!\p{Ll})|\p{Lu}?\p{Ll}+/gu) ?? [];
  return words.map((word) => word.toLowerCase()).filter((word) => word.length > 1);
}
