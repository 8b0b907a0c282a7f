import type { MatcherParser } from "../../core/model/matcher-parse.ts";
import type { Logger } from "../../core/interfaces/logging.ts";
import type { Caller } from "../plus/caller.ts";
import type { Metrics } from "../../metrics/index.ts";
import type { AlertTexts } from "./alert-texts.ts";
import type { Backend } from "../../core/interfaces/backend.ts";
import type { Body } from "./body.ts";

export interface VersionInfo {
  readonly branch: string;
  readonly buildDate: string;
  readonly buildUser: string;
  readonly goVersion: string;
  readonly revision: string;
  readonly version: string;
}

/** What the endpoints work with. */
export interface APIContext {
  readonly backend: Backend;
  readonly metrics: Metrics;
  readonly matchers: MatcherParser;
  readonly version: VersionInfo;
  readonly log: Logger;
  readonly texts: AlertTexts;
}

/** One request to the API. */
export interface APIRequest {
  readonly method: string;
  /** As sent, without the prefix. */
  readonly path: string;
  /** What follows the question mark. */
  readonly query: string;
  readonly body: Body;
  /** Where people have to prove who they are. */
  readonly caller?: Caller;
}

export type Endpoint = (context: APIContext, call: APIRequest) => Response | Promise<Response>;

/** The attributes every line about a request has. */
export function requestAttrs({ path, method }: APIRequest): Readonly<Record<string, string>> {
  return { path, method };
}
