import { postgresIn } from "../../backup/database.ts";
import type { Place } from "../../backup/offline.ts";
import type { Values } from "../../kingpin/index.ts";
import { DIRECTORY, HTTP_CONFIG_FILE, PLUS_CONFIG_FILE, POSTGRES, TIMEOUT, URL_FLAG } from "./flags.ts";

/** A server that is running. */
export interface ServerPlace {
  readonly url: string;
  /** "" for none. */
  readonly httpConfigFile: string;
  /** ms */
  readonly timeout: number;
}

/** What a command goes to. @throws Error for flags that do not go together, or name nothing */
export function placeOf(values: Values): Place | { readonly server: ServerPlace } {
  const given = [URL_FLAG, DIRECTORY, POSTGRES].filter((flag) => values.given(flag)).map(({ name }) => `--${name}`);
  if (given.length > 1) throw new Error(`${given.join(" and ")} exclude each other`);
  if (values.get(POSTGRES)) return { postgres: postgresIn(values.get(PLUS_CONFIG_FILE)) };
  if (values.given(PLUS_CONFIG_FILE)) throw new Error("--plus.config.file names a database for --postgres");
  if (values.given(DIRECTORY)) return { directory: values.get(DIRECTORY) };
  return {
    server: {
      url: values.get(URL_FLAG) ?? "",
      httpConfigFile: values.get(HTTP_CONFIG_FILE),
      timeout: values.get(TIMEOUT),
    },
  };
}

/** Says what a database has that cannot be understood. */
export function unreadableTo(error: (text: string) => void): (what: string, cause: Error) => void {
  return (what, { message }) => error(`warning: ${what} cannot be read and is left out: ${message}\n`);
}
