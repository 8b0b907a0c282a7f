import { Type } from "@sinclair/typebox";
import type { Logger } from "../../core/interfaces/logging.ts";
import type { Plain } from "../plain.ts";
import { alertsEndpoints, type AlertsParts } from "./alerts/index.ts";
import { backupEndpoints } from "./backup/index.ts";
import type { BackupDesk } from "./backup/backup.ts";
import { OPEN } from "./caller.ts";
import { classificationEndpoints, type ClassificationParts } from "./classification/index.ts";
import type { Access } from "../access/access.ts";
import { accessEndpoints } from "./access/index.ts";
import type { Audit } from "./audit.ts";
import { configEndpoints, type ConfigParts } from "./config/index.ts";
import { endpoint, ok, type Endpoint } from "./endpoint.ts";
import { eventsEndpoints, type EventsParts } from "./events/index.ts";
import { clusterEndpoints, type ClusterView } from "./cluster/index.ts";
import { notificationsEndpoints, type NotificationsParts } from "./notifications/index.ts";
import { receiversEndpoints, type ReceiverStatus } from "./receivers/index.ts";
import { explainEndpoints, type ExplainParts } from "./explain/index.ts";
import { heartbeatEndpoints, type HeartbeatParts } from "./heartbeats/index.ts";
import { historyEndpoints, type HistoryParts } from "./history/index.ts";
import { openAPI } from "./openapi.ts";
import { receiverTestEndpoints } from "./receiver-test/index.ts";
import { Router } from "./router.ts";
import { oneOf } from "./schemas.ts";
import { silenceEndpoints, type SilencesParts } from "./silences/index.ts";
import { templateEndpoints } from "./templates/index.ts";

/** What the endpoints are about. Where one is missing, so are its endpoints. */
export interface PlusAreas {
  readonly alerts?: AlertsParts;
  /** Keeps for the record who had what changed. */
  readonly audit?: Audit;
  readonly events?: EventsParts;
  readonly notifications?: NotificationsParts;
  /** How each receiver does, in the file's order. */
  readonly receivers?: () => Promise<readonly ReceiverStatus[]>;
  readonly cluster?: () => ClusterView;
  readonly classification?: ClassificationParts;
  readonly backups?: BackupDesk;
  readonly explain?: ExplainParts;
  readonly history?: HistoryParts;
  readonly config?: ConfigParts;
  readonly heartbeats?: HeartbeatParts;
  readonly silences?: SilencesParts;
}

export interface PlusParts extends PlusAreas {
  /** Who asks, and what proves it; without it nobody has to say. */
  readonly access?: Access;
  readonly log: Logger;
  readonly health: () => Plain;
  /** Of this program. */
  readonly version: string;
  /** Where the paths begin, such as `/am/api/plus/v1`. */
  readonly base: string;
}

const HEALTH = Type.Object({ status: oneOf(["ok", "degraded"]) }, { additionalProperties: true });

/** Builds all of `/api/plus/v1`. Imported at the first request below it: few servers are asked much, and it takes memory. */
export function createPlus(parts: PlusParts): Router {
  const { log, version, base, access, audit, classification, backups, explain, health } = parts;
  const endpoints: readonly Endpoint[] = [
    endpoint({
      method: "GET",
      path: "/health",
      tag: "about",
      summary: "How the server is doing; always 200, because one that is degraded still notifies",
      needs: "viewer",
      answers: { 200: HEALTH },
      answer: health,
    }),
    ...(parts.alerts === undefined ? [] : alertsEndpoints(parts.alerts)),
    ...(parts.history === undefined ? [] : historyEndpoints(parts.history)),
    ...(access === undefined ? [] : accessEndpoints(access, base)),
    ...(parts.events === undefined ? [] : eventsEndpoints(parts.events)),
    ...(parts.notifications === undefined ? [] : notificationsEndpoints(parts.notifications)),
    ...(parts.receivers === undefined ? [] : receiversEndpoints(parts.receivers)),
    ...(parts.cluster === undefined ? [] : clusterEndpoints(parts.cluster)),
    ...(classification === undefined ? [] : classificationEndpoints(classification)),
    ...(backups === undefined ? [] : backupEndpoints(backups, log)),
    ...(explain === undefined ? [] : explainEndpoints(explain)),
    ...(parts.config === undefined ? [] : configEndpoints(parts.config)),
    ...(parts.config === undefined ? [] : templateEndpoints(parts.config)),
    ...(parts.config === undefined ? [] : receiverTestEndpoints(parts.config)),
    ...(parts.silences === undefined ? [] : silenceEndpoints(parts.silences)),
    ...(parts.heartbeats === undefined ? [] : heartbeatEndpoints(parts.heartbeats)),
  ];
  const document: Endpoint = endpoint({
    method: "GET",
    path: "/openapi.json",
    tag: "about",
    summary: "This document",
    needs: "viewer",
    answers: { 200: Type.Object({}, { additionalProperties: true }) },
    answer: () => ok(openAPI([...endpoints, document], base, version)),
  });
  const onError = ({ method, path }: Endpoint, error: unknown) =>
    log.error("A request could not be answered", {
      method,
      path: base + path,
      err: error instanceof Error ? error.message : String(error),
    });
  return new Router([...endpoints, document], access ?? OPEN, onError, audit);
}
