import type { AccessSettings } from "../../config/plus/access.ts";
import type { Observer } from "../../core/interfaces/observing.ts";
import type { Clock } from "../../dispatch/clock.ts";
import type { Logger } from "../../core/interfaces/logging.ts";
import { lacking, may, OPEN, unauthorized, type Caller, type Callers, type Role } from "../plus/caller.ts";
import { Problem } from "../plus/problem.ts";
import { isFromAnotherSite } from "../plus/same-site.ts";
import type { Client } from "../web/index.ts";
import { Chances } from "./chances.ts";
import type { DocumentStore } from "./documents.ts";
import { ANYBODY, callerWith, callerWithout, mayIngest } from "./known.ts";
import type { AccessMetrics } from "./metrics.ts";
import { TOKEN_PREFIX } from "./secret-text.ts";
import { Sessions } from "./sessions.ts";
import { bearerOf, hasTokenInURL, sessionOf } from "./shown.ts";
import type { Token } from "./token.ts";
import { declaredTokens, Tokens } from "./tokens.ts";

/** How long somebody whose token is not known here waits to be told what other servers know, ms. */
const CATCH_UP = 1000;

/** How often whoever is told of events without end is asked again who they are, ms. */
const RECHECK = 1000;

/** What proves who somebody is, as it is shown; whatever is not ours need not be looked for elsewhere. */
const OURS = new RegExp(`^(?:${TOKEN_PREFIX})?[0-9a-f]{64}$`);

export interface AccessOptions {
  readonly documents: DocumentStore;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: AccessMetrics;
  readonly observer: Observer;
  /** Fills with unpredictable bytes. */
  readonly random: (bytes: Uint8Array) => Uint8Array;
  /** Takes in what other servers have stored by now. */
  readonly catchUp: () => Promise<void>;
}

/** What is told of tokens and sessions. */
export type AccessChange = "login" | "logout" | "token_created" | "token_revoked";

/** Settings that can be put in force. */
export interface PreparedAccess {
  readonly settings: AccessSettings;
  readonly tokens: readonly Token[];
}

/** Who may do what, where the plus file's `access` turns that on: upstream lets everybody do everything. */
export class Access implements Callers {
  readonly tokens: Tokens;
  readonly sessions: Sessions;
  readonly #options: AccessOptions;
  /** By address: to show a token that is none, or a session. Whoever has one is never kept waiting by others behind the same proxy. */
  readonly #failures: Chances;
  /** By token: each session is kept, and remembered for a while when it has ended. */
  readonly #logins: Chances;
  #settings: AccessSettings | undefined;

  constructor(options: AccessOptions) {
    const { documents, clock, random } = options;
    this.#options = options;
    this.tokens = new Tokens(options);
    this.sessions = new Sessions(documents, clock, random);
    this.#failures = new Chances(clock);
    this.#logins = new Chances(clock);
  }

  /** @throws Error naming what cannot be used; nothing has changed then */
  prepare(settings: AccessSettings): PreparedAccess {
    return { settings, tokens: settings.enabled ? declaredTokens(settings.tokens) : [] };
  }

  use({ settings, tokens }: PreparedAccess): void {
    const { log } = this.#options;
    if (settings.enabled !== this.isOn) log.info(settings.enabled ? "Access is on" : "Access is off");
    this.#settings = settings.enabled ? settings : undefined;
    this.tokens.declare(tokens);
    const admins = [...settings.users.values(), ...this.tokens.list()].some(({ role }) => role === "admin");
    if (this.isOn && !admins && settings.local !== "admin") {
      log.warn("Access is on and nobody has the role admin: nobody can make tokens or reload over the API");
    }
  }

  get isOn(): boolean {
    return this.#settings !== undefined;
  }

  /** ms */
  now(): number {
    return this.#options.clock.now();
  }

  /**
   * Begins a browser's session.
   *
   * @returns what the browser is to keep, and for how many seconds
   * @throws StorageError
   * @throws Problem when that is done too often
   */
  async begin(token: Token): Promise<{ readonly secret: string; readonly seconds: number }> {
    const wait = this.#logins.take(token.id);
    if (wait !== undefined) throw tooMany(`the token ${token.name} has been logged in with too often`, wait);
    const { secret, expires } = await this.sessions.begin(token, this.#settings?.session ?? 0);
    return { secret, seconds: Math.max(0, Math.floor((expires - this.now()) / 1000)) };
  }

  /** The token of a browser's session, undefined when that has ended. */
  sessionToken(secret: string): Token | undefined {
    return this.sessions.find(secret, (id) => this.tokens.get(id));
  }

  /** @throws Problem when what is shown to prove who asks is wrong */
  async callerOf(request: Request, client: Client | undefined): Promise<Caller> {
    const settings = this.#settings;
    if (settings === undefined) return OPEN.callerOf(request, client);
    if (hasTokenInURL(request)) {
      throw new Problem(
        400,
        "a token does not belong in a URL, which ends up in logs: send it as Authorization: Bearer",
      );
    }
    const bearer = bearerOf(request);
    if (bearer !== undefined) return callerWith(await this.proved(bearer, client), "token");
    const secret = sessionOf(request);
    const token = secret === undefined ? undefined : await this.#loggedIn(secret, client);
    if (token !== undefined) {
      if (isFromAnotherSite(request)) throw otherSite(this.#options.metrics);
      return callerWith(token, "session");
    }
    return callerWithout(settings, request, client);
  }

  /**
   * Who asks, where they may: what upstream leaves open is asked for by this.
   *
   * @throws Problem where they may not
   */
  async admit(request: Request, client: Client | undefined, needs: Role | "ingest"): Promise<Caller> {
    const { metrics } = this.#options;
    const changes = request.method !== "GET" && request.method !== "HEAD";
    const isForeign = changes && isFromAnotherSite(request);
    if (needs === "ingest" && this.#settings?.ingest === "anonymous") {
      if (isForeign) throw otherSite(metrics);
      return { ...ANYBODY, role: undefined };
    }
    const caller = await this.callerOf(request, client);
    // No page of another site has a token, nor may it send one.
    if (isForeign && caller.via !== "token") throw otherSite(metrics);
    const allowed = needs === "ingest" ? mayIngest(caller) : may(caller, needs);
    if (!allowed) throw this.refused(caller, needs);
    return caller;
  }

  /**
   * Aborted, within a second, once somebody is not who they were found to be: the token they have shown is revoked or over, their
   * session ended, or the settings say otherwise.
   *
   * @param over aborted when there is nothing to end any more: the request is not gone then, while its connection lasts
   */
  ending(request: Request, client: Client | undefined, caller: Caller, over: AbortSignal): AbortSignal {
    const { clock } = this.#options;
    const ended = new AbortController();
    // The address is gone once the connection is.
    const asker = client === undefined ? undefined : { ...client };
    const lookLater = () =>
      clock.schedule(RECHECK, () => {
        if (request.signal.aborted || over.aborted) return;
        this.callerOf(request, asker).then(
          ({ name, via, role }) => {
            if (name === caller.name && via === caller.via && role === caller.role) lookLater();
            else ended.abort();
          },
          () => ended.abort(),
        );
      });
    lookLater();
    return ended.signal;
  }

  /** Whether a request proves by a token or a session who sent it; what else is asked of others is not asked of it then. */
  async admits(request: Request, client: Client): Promise<boolean> {
    if (this.#settings === undefined) return false;
    try {
      const { via } = await this.callerOf(request, client);
      return via === "token" || via === "session";
    } catch (error) {
      if (error instanceof Problem) return false;
      throw error;
    }
  }

  /** The token of which this is the text. @throws Problem when it is none, or none any more */
  async proved(secret: string, client: Client | undefined): Promise<Token> {
    const token = this.tokens.find(secret) ?? (await this.#foundElsewhere(secret, client));
    if (this.tokens.isExpired(token)) {
      this.#options.metrics.refused.with("expired").inc();
      throw unauthorized(`the token ${token.name} has expired`);
    }
    this.tokens.used(token);
    return token;
  }

  /** Why somebody may not do something that takes a role; counted. */
  refused(caller: Caller, needs: Role | "ingest"): Problem {
    if (this.#settings === undefined && needs !== "ingest") return OPEN.refused(caller, needs);
    this.#options.metrics.refused.with("role").inc();
    return lacking(caller, needs);
  }

  /** Keeps for the record who logged in, or made or revoked a token. */
  tell(change: AccessChange, by: Pick<Caller, "name" | "via">, client: Client | undefined, token: Token): void {
    const { log, observer, clock } = this.#options;
    const { id, name, role } = token;
    const address = client?.address ?? "";
    const actor = { name: by.name, via: by.via };
    log.info("Access", { change, actor: by.name, via: by.via, token: name, token_id: id, address });
    const detail = { id, role, address };
    observer.happened({ kind: "access", change, at: clock.now(), origin: "here", subject: name, actor, detail });
  }

  close(): void {
    this.tokens.close();
    this.sessions.close();
  }

  /** @throws Problem */
  async #foundElsewhere(secret: string, client: Client | undefined): Promise<Token> {
    const { log, metrics } = this.#options;
    const address = client?.address ?? "";
    const wait = this.#failures.take(address);
    if (wait !== undefined) {
      metrics.refused.with("token").inc();
      throw tooMany("too many tokens that are none have come from this address", wait);
    }
    if (OURS.test(secret)) await this.#catchUp();
    const token = this.tokens.find(secret);
    if (token !== undefined) return token;
    metrics.refused.with("token").inc();
    log.warn("A request shows a token that is none", { address });
    throw unauthorized("the token is none that is known here: it may have been revoked");
  }

  /** The token of a browser's session. One that has ended is as good as none: the page can still log in. */
  async #loggedIn(secret: string, client: Client | undefined): Promise<Token | undefined> {
    if (OURS.test(secret) && !this.sessions.has(secret)) {
      // Begun at another server a moment ago, or ended a while ago.
      if (this.#failures.take(`session ${client?.address ?? ""}`) === undefined) await this.#catchUp();
    }
    const token = this.sessionToken(secret);
    if (token === undefined || this.tokens.isExpired(token)) {
      this.#options.metrics.refused.with("session").inc();
      return undefined;
    }
    this.tokens.used(token);
    return token;
  }

  async #catchUp(): Promise<void> {
    const { clock, catchUp } = this.#options;
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const cancel = clock.schedule(CATCH_UP, resolve);
    await Promise.race([catchUp().catch(() => undefined), late]);
    cancel();
  }
}

function tooMany(detail: string, wait: number): Problem {
  return new Problem(429, detail, [], { "Retry-After": String(Math.ceil(wait / 1000)) });
}

function otherSite(metrics: AccessMetrics): Problem {
  metrics.refused.with("other_site").inc();
  return new Problem(403, "pages of other sites may not change anything here");
}
