import { Type } from "@sinclair/typebox";
import type { Logger } from "../../../core/interfaces/logging.ts";
import { endpoint, type Endpoint } from "../endpoint.ts";
import { BACKUP_TYPE, BackupEndpoints, type BackupDesk } from "./backup.ts";

/** Taking and restoring backups of the running server. */
export function backupEndpoints(desk: BackupDesk, log: Logger): readonly Endpoint[] {
  const backups = new BackupEndpoints(desk, log);
  return [
    endpoint({
      method: "GET",
      path: "/backup",
      tag: "backup",
      summary: "A backup of everything, as a file",
      needs: "admin",
      answers: { 200: BACKUP_TYPE },
      answer: ({ request }) => backups.take(request),
    }),
    endpoint({
      method: "POST",
      path: "/restore",
      tag: "backup",
      summary: "Take in what a backup has that is newer",
      needs: "admin",
      body: Type.String(),
      bodyType: BACKUP_TYPE,
      answers: { 200: Type.Object({ takenAt: Type.Integer() }, { additionalProperties: true }) },
      answer: ({ request }) => backups.restore(request),
    }),
  ];
}
