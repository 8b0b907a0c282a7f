import type { MatcherParser } from "../core/model/matcher-parse.ts";
import type { Values } from "../kingpin/index.ts";
import type { Environment } from "./environment.ts";

/** What a command runs with. */
export interface Session {
  readonly values: Values;
  readonly environment: Environment;
  /** Tells its warnings on stdout, as upstream's does. */
  readonly matchers: MatcherParser;
  /** When the command has to be done, by `performance.now()`, ms. */
  readonly deadline: number;
}

/** A command. Gives the exit code; throws what is to be printed as its error. */
export type Run = (session: Session) => Promise<number> | number;
