import type { GlobalFile } from "../global.ts";
import { optional } from "../schema/collections.ts";
import { bool } from "../schema/scalars.ts";
import { shown, type Mutable } from "../schema/struct.ts";
import type { Type } from "../schema/type.ts";
import { httpConfig } from "../http-config.ts";

/** An integration as the file has it: what it may inherit can be missing. */
export type FileOf<T, Inherited extends keyof T> = Mutable<
  Omit<T, Inherited> & { readonly [K in Inherited]: T[K] | undefined }
>;

/** One kind of integration: a list of a receiver. */
export interface Integration<File> {
  readonly type: Type<File>;
  /** Go's name of the item. */
  readonly goName: string;
  /** What is said of a null in the list. Without it a null is checked as an empty item and stays one (spec §4.5). */
  readonly missing?: string;
  /**
   * Fills in what `global` gives and checks what must be there then.
   * @throws ConfigError
   */
  readonly inherit: (item: File, global: GlobalFile) => void;
}

/** First in every integration. */
export const notifierFields = { send_resolved: shown(bool) };

/** First in every integration that speaks HTTP. */
export const httpNotifierFields = { ...notifierFields, http_config: optional(httpConfig) };

/** The global `http_config` is taken whole, or not at all. */
export function inheritHttp(item: { http_config: unknown }, global: GlobalFile): void {
  item.http_config ??= global.http_config;
}

/** The template of a receiver's default text. */
export function template(name: string): string {
  return `{{ template "${name}" . }}`;
}
