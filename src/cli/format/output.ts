import type { Values } from "../../kingpin/index.ts";
import { DATE_FORMAT, OUTPUT } from "../flags.ts";

/** How results are printed. */
export interface Output {
  /** `simple`, `extended` or `json`. */
  readonly form: string;
  /** Go layout of dates. */
  readonly layout: string;
}

export function outputOf(values: Values): Output {
  return { form: values.get(OUTPUT), layout: values.get(DATE_FORMAT) };
}
