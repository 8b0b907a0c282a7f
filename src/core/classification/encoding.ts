import { isCategory, isSeverity, type Classification } from "../model/classification.ts";

/** A classification but for what it is about and since when: the same for all alerts of a kind. */
export type GivenVerdict = Omit<Classification, "fingerprint" | "classifiedAt">;

type Content = readonly [
  classifier: string,
  severity: string,
  category: string,
  confidence: number,
  reason: string,
  recommendations: readonly string[],
  /** Only where a language model was asked. */
  model?: string | null,
  tokens?: number | null,
  costUsd?: number | null,
  takenBackAt?: readonly [number],
];

/**
 * A verdict as one text, a JSON array: what the stores keep, and equal only for what is equal. One with `takenBackAt`, and no other,
 * ends in a list of one number.
 */
export function encodeVerdict(verdict: GivenVerdict): string {
  const { classifier, severity, category, confidence, reason, recommendations } = verdict;
  const { model, tokens, costUsd, takenBackAt } = verdict;
  const said = [classifier, severity, category, confidence, reason, recommendations] as const;
  const isBare = model === undefined && tokens === undefined && costUsd === undefined && takenBackAt === undefined;
  const cost: Content = isBare ? said : [...said, model ?? null, tokens ?? null, costUsd ?? null];
  return JSON.stringify(takenBackAt === undefined ? cost : [...cost, [takenBackAt]]);
}

/** @throws Error for what this version does not understand, such as a category that came later */
export function decodeVerdict(text: string): GivenVerdict {
  const [classifier, severity, category, confidence, reason, recommendations, model, tokens, costUsd, takenBackAt] =
    JSON.parse(text) as Content;
  if (!isSeverity(severity)) throw new Error(`${JSON.stringify(severity)} is no severity`);
  if (!isCategory(category)) throw new Error(`${JSON.stringify(category)} is no category`);
  return {
    classifier,
    severity,
    category,
    confidence,
    reason,
    recommendations,
    ...(typeof model === "string" && { model }),
    ...(typeof tokens === "number" && { tokens }),
    ...(typeof costUsd === "number" && { costUsd }),
    ...(takenBackAt !== undefined && { takenBackAt: takenBackAt[0] }),
  };
}

/** Decodes many, of which many are the same: those share what they hold. */
export class VerdictDecoder {
  readonly #known = new Map<string, GivenVerdict>();

  /** @throws Error as `decodeVerdict` */
  decode(text: string): GivenVerdict {
    let verdict = this.#known.get(text);
    if (verdict === undefined) this.#known.set(text, (verdict = decodeVerdict(text)));
    return verdict;
  }
}
