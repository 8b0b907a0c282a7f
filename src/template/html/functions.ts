import type { GoFunction } from "../exec/function.ts";

export const htmlFunctions: ReadonlyMap<string, GoFunction> = new Map<string, GoFunction>();
