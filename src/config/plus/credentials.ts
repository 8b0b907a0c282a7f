import { ConfigError } from "../error.ts";
import type { Secret } from "../secret.ts";
import type { Environment } from "./environment.ts";

/** The value of an environment variable; undefined where it is unset or empty. */
export function fromEnvironment<T>(environment: Environment, name: string, read: (text: string) => T): T | undefined {
  const value = environment[name] ?? "";
  if (value === "") return undefined;
  try {
    return read(value);
  } catch (error) {
    throw new ConfigError(`${name}: ${(error as Error).message}`);
  }
}

export interface Credentials {
  readonly password: Secret | undefined;
  /** Read at each connection, so that the password may change; "" for none. */
  readonly password_file: string;
}

/**
 * Where the password comes from: of the file's own settings, else the file named by the environment, which leaves a
 * password that the file has in a URL as it is.
 *
 * @param key of the settings, for errors
 * @param inFile whether the URL with this password is in the file
 * @throws ConfigError where there are two of equal right
 */
export function credentials(
  key: string,
  { password, password_file }: Credentials,
  inFile: boolean,
  environment: Environment,
  variable: string,
): Credentials {
  const named = environment[variable] ?? "";
  if (password === undefined) return { password, password_file: password_file === "" ? named : password_file };
  if (password_file !== "") {
    throw new ConfigError(`${key}: has a password in its URL and a password_file; expected one of the two`);
  }
  if (!inFile && named !== "") {
    throw new ConfigError(`${variable}: set beside a URL that has a password; expected one of the two`);
  }
  return { password, password_file: "" };
}
