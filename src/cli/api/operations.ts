import {
  ALERT_GROUPS,
  ALERTMANAGER_STATUS,
  GETTABLE_ALERTS,
  GETTABLE_SILENCE,
  GETTABLE_SILENCES,
  POSTED_SILENCE,
} from "./models.ts";
import type { ListOf, Model } from "./json-model.ts";

/** An answer in case of failure that has a name of its own; all others are told by their status alone. */
export interface NamedFailure {
  readonly name: string;
  /** Its body is a JSON string that is part of the message. */
  readonly hasPayload: boolean;
}

/** A request of the API as its Go client knows it. */
export interface Operation {
  readonly id: string;
  readonly method: "GET" | "POST" | "DELETE";
  /** Below `/api/v2`; `{silenceID}` stands for the ID. */
  readonly path: string;
  /** What a 200 holds; undefined for nothing. */
  readonly result?: Model | ListOf;
  /** How Go prints the empty result in the error about an answer that is not JSON. */
  readonly emptyResult: string;
  readonly failures: Readonly<Partial<Record<number, NamedFailure>>>;
}

const BAD_REQUEST: NamedFailure = { name: "BadRequest", hasPayload: true };
const INTERNAL: NamedFailure = { name: "InternalServerError", hasPayload: true };
const NOT_FOUND: NamedFailure = { name: "NotFound", hasPayload: false };

export const GET_STATUS: Operation = {
  id: "getStatus",
  method: "GET",
  path: "/status",
  result: ALERTMANAGER_STATUS,
  emptyResult: "&{<nil> <nil> <nil> <nil>} (*models.AlertmanagerStatus)",
  failures: {},
};

export const GET_ALERTS: Operation = {
  id: "getAlerts",
  method: "GET",
  path: "/alerts",
  result: GETTABLE_ALERTS,
  emptyResult: "&[] (*models.GettableAlerts)",
  failures: { 400: BAD_REQUEST, 500: INTERNAL },
};

export const POST_ALERTS: Operation = {
  id: "postAlerts",
  method: "POST",
  path: "/alerts",
  emptyResult: "",
  failures: { 400: BAD_REQUEST, 500: INTERNAL },
};

export const GET_ALERT_GROUPS: Operation = {
  id: "getAlertGroups",
  method: "GET",
  path: "/alerts/groups",
  result: ALERT_GROUPS,
  emptyResult: "&[] (*models.AlertGroups)",
  failures: { 400: BAD_REQUEST, 500: INTERNAL },
};

export const GET_SILENCES: Operation = {
  id: "getSilences",
  method: "GET",
  path: "/silences",
  result: GETTABLE_SILENCES,
  emptyResult: "&[] (*models.GettableSilences)",
  failures: { 400: BAD_REQUEST, 500: INTERNAL },
};

export const POST_SILENCES: Operation = {
  id: "postSilences",
  method: "POST",
  path: "/silences",
  result: POSTED_SILENCE,
  emptyResult: "&{} (*silence.PostSilencesOKBody)",
  failures: { 400: BAD_REQUEST, 404: { name: "NotFound", hasPayload: true } },
};

export const GET_SILENCE: Operation = {
  id: "getSilence",
  method: "GET",
  path: "/silence/{silenceID}",
  result: GETTABLE_SILENCE,
  emptyResult: "&{<nil> <nil> <nil> {map[] <nil> <nil> <nil> [] <nil>}} (*models.GettableSilence)",
  failures: { 404: NOT_FOUND, 500: INTERNAL },
};

export const DELETE_SILENCE: Operation = {
  id: "deleteSilence",
  method: "DELETE",
  path: "/silence/{silenceID}",
  emptyResult: "",
  failures: { 404: NOT_FOUND, 500: INTERNAL },
};
