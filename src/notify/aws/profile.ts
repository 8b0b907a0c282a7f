import { homedir } from "node:os";
import { join } from "node:path";
import { readText } from "../http/read-file.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

/** The settings of one profile, keys in lower case. */
export type Profile = ReadonlyMap<string, string>;

/** The profiles of the shared configuration and credentials files. */
export interface Profiles {
  /** The one that applies where none is asked for. */
  readonly name: string;
  /** @throws Error where a profile that was asked for is in no file */
  get(name: string): Profile;
}

/** @param wanted the profile of the receiver's configuration, "" for that of the environment */
export function readProfiles(environment: Environment, wanted: string): Profiles {
  const home = environment.HOME ?? homedir();
  const configFile = environment.AWS_CONFIG_FILE || join(home, ".aws", "config");
  const credentialsFile = environment.AWS_SHARED_CREDENTIALS_FILE || join(home, ".aws", "credentials");
  const profiles = new Map<string, Map<string, string>>();
  addSections(profiles, readOrEmpty(configFile), (section) =>
    section === "default" ? section : /^profile\s+["']?(.*?)["']?$/.exec(section)?.[1],
  );
  // What the credentials file says of a profile comes before the other.
  addSections(profiles, readOrEmpty(credentialsFile), (section) => section);
  const name = wanted || environment.AWS_PROFILE || environment.AWS_DEFAULT_PROFILE || "default";
  const asked = name !== "default";
  return {
    name,
    get(profile) {
      const found = profiles.get(profile);
      if (found === undefined && (asked || profile !== "default")) {
        throw new Error(`failed to get shared config profile, ${profile}`);
      }
      return found ?? new Map();
    },
  };
}

function readOrEmpty(path: string): string {
  try {
    return readText(path);
  } catch {
    return "";
  }
}

function addSections(
  profiles: Map<string, Map<string, string>>,
  text: string,
  nameOf: (section: string) => string | undefined,
): void {
  let current: Map<string, string> | undefined;
  for (const line of text.split(/\r?\n/)) {
    const section = /^\s*\[\s*(.+?)\s*\]/.exec(line)?.[1];
    if (section !== undefined) {
      const name = nameOf(section);
      current = name === undefined ? undefined : (profiles.get(name) ?? new Map<string, string>());
      if (name !== undefined && current !== undefined) profiles.set(name, current);
      continue;
    }
    const setting = /^([^\s#;=][^=]*?)\s*=\s*(.*?)\s*(?:\s[#;].*)?$/.exec(line);
    if (setting !== null) current?.set((setting[1] ?? "").toLowerCase(), setting[2] ?? "");
  }
}
