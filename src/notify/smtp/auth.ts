import { createHmac } from "node:crypto";
import type { EmailConfig } from "../../config/receivers/types.ts";
import type { Logger } from "../../core/interfaces/logging.ts";
import { readText } from "../http/read-file.ts";
import { wrapError } from "../http/errors.ts";

export interface ServerInfo {
  readonly host: string;
  readonly tls: boolean;
}

/** One way of proving who we are. */
export interface Auth {
  /** Go's name of its type, by which messages name it. */
  readonly goType: string;
  /** @throws Error where the mechanism would give the password away */
  start(server: ServerInfo): { readonly mechanism: string; readonly initial: string | undefined };
  /** Answers a challenge. @throws Error for one it does not know */
  next(challenge: string): string;
}

/**
 * The first of the server's mechanisms we can use; undefined without a user name (spec §10.19).
 *
 * @param mechanisms as the server lists them
 * @throws Error that tells of each mechanism why not
 */
export function chooseAuth(config: EmailConfig, mechanisms: string, log: Logger): Auth | undefined {
  if (config.auth_username === "") {
    log.debug("smtp_auth_username is not configured. Attempting to send email without authenticating");
    return undefined;
  }
  const reasons: string[] = [];
  for (const mechanism of mechanisms.split(" ")) {
    const make = MECHANISMS[mechanism];
    try {
      if (make !== undefined) return make(config);
      reasons.push(`unknown auth mechanism: ${mechanism}`);
    } catch (error) {
      reasons.push((error as Error).message);
    }
  }
  throw new Error(reasons.join("\n"));
}

const MECHANISMS: Readonly<Record<string, (config: EmailConfig) => Auth>> = {
  "CRAM-MD5": (config) => cramMd5(config.auth_username, secretOf(config)),
  PLAIN: (config) => {
    const password = passwordOf(config, "PLAIN");
    return plain(config.auth_identity, config.auth_username, password, config.smarthost.host);
  },
  LOGIN: (config) => login(config.auth_username, passwordOf(config, "LOGIN")),
};

function passwordOf(config: EmailConfig, mechanism: string): string {
  const file = config.auth_password_file;
  const password = file === "" ? (config.auth_password?.reveal() ?? "") : readCredential(file).trim();
  if (password === "") throw new Error(`missing password for ${mechanism} auth mechanism`);
  return password;
}

/** The file's content is taken as it is. */
function secretOf(config: EmailConfig): string {
  const file = config.auth_secret_file;
  const secret = file === "" ? (config.auth_secret?.reveal() ?? "") : readCredential(file);
  if (secret === "") throw new Error("missing secret for CRAM-MD5 auth mechanism");
  return secret;
}

function readCredential(file: string): string {
  try {
    return readText(file);
  } catch (error) {
    throw wrapError(`could not read ${file}`, error);
  }
}

function plain(identity: string, username: string, password: string, host: string): Auth {
  return {
    goType: "*smtp.plainAuth",
    start(server) {
      const local = ["localhost", "127.0.0.1", "::1"].includes(server.host);
      if (!server.tls && !local) throw new Error("unencrypted connection");
      if (server.host !== host) throw new Error("wrong host name");
      return { mechanism: "PLAIN", initial: `${identity}\0${username}\0${password}` };
    },
    next() {
      throw new Error("unexpected server challenge");
    },
  };
}

function cramMd5(username: string, secret: string): Auth {
  return {
    goType: "*smtp.cramMD5Auth",
    start: () => ({ mechanism: "CRAM-MD5", initial: undefined }),
    next: (challenge) => `${username} ${createHmac("md5", secret).update(challenge).digest("hex")}`,
  };
}

function login(username: string, password: string): Auth {
  return {
    goType: "*email.loginAuth",
    start: () => ({ mechanism: "LOGIN", initial: undefined }),
    next(challenge) {
      const asked = challenge.toLowerCase();
      if (asked === "username:") return username;
      if (asked === "password:") return password;
      throw new Error("unexpected server challenge");
    },
  };
}
