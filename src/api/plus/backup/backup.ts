import { StorageError } from "../../../core/interfaces/storage.ts";
import type { Logger } from "../../../core/interfaces/logging.ts";
import { BackupError } from "../../../backup/format.ts";
import type { Restored } from "../../../backup/restore.ts";

import { streamed } from "../../v2/stream.ts";
import { bodyOf } from "../body.ts";
import { ok, type Answer } from "../endpoint.ts";
import { Problem } from "../problem.ts";

/** Takes and restores backups of a running server. */
export interface BackupDesk {
  /** A gzip'd file, piece by piece, as of the moment it is asked for. */
  take(): Promise<AsyncGenerator<Uint8Array<ArrayBuffer>>>;
  /**
   * @throws BackupError when nothing was changed
   * @throws StorageError when what was changed is not stored, or not all of it
   */
  restore(file: Uint8Array): Promise<Restored>;
}

export const BACKUP_TYPE = "application/gzip";

/** Bytes of a file that is sent to us; that of 50,000 alerts has some 4 MB. */
const LARGEST_FILE = 64 * 1024 * 1024;

/** Answers for `/api/plus/v1/backup` and `/api/plus/v1/restore`. One of a kind at a time. */
export class BackupEndpoints {
  readonly #desk: BackupDesk;
  readonly #log: Logger;
  #isTaking = false;
  #isRestoring = false;

  constructor(desk: BackupDesk, log: Logger) {
    this.#desk = desk;
    this.#log = log;
  }

  async take(request: Request): Promise<Response> {
    if (this.#isTaking) throw new Problem(503, "another backup is being taken, try again when it is done");
    this.#isTaking = true;
    const done = () => {
      this.#isTaking = false;
    };
    try {
      const pieces = await this.#desk.take();
      // What cannot be read at all is said by the status.
      const first = await pieces.next();
      const name = `alertmanager-${new Date().toISOString().replace(/[-:]|\.\d+/g, "")}.ndjson.gz`;
      const headers = { "Content-Type": BACKUP_TYPE, "Content-Disposition": `attachment; filename="${name}"` };
      return streamed(request, this.#logged(first, pieces), headers, done);
    } catch (error) {
      done();
      throw error;
    }
  }

  /** By the time it fails the client has been told that all is well; it finds the end missing. */
  async *#logged(
    first: IteratorResult<Uint8Array<ArrayBuffer>>,
    rest: AsyncGenerator<Uint8Array<ArrayBuffer>>,
  ): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    try {
      if (first.done === true) return;
      yield first.value;
      yield* rest;
    } catch (error) {
      this.#log.error("Taking a backup failed", { err: error instanceof Error ? error.message : String(error) });
      throw error;
    }
  }

  async restore(request: Request): Promise<Answer> {
    if (this.#isRestoring) throw new Problem(503, "another backup is being restored, try again when that is done");
    this.#isRestoring = true;
    try {
      const file = await bodyOf(request, LARGEST_FILE);
      if (file === undefined) throw tooLarge(`a file of more than ${LARGEST_FILE} bytes`);
      const restored = await this.#desk.restore(file);
      const { counts, unreadable } = restored;
      this.#log.info("A backup was restored", {
        taken_at: new Date(restored.takenAt).toISOString(),
        new_alerts: counts.alerts.new,
        new_silences: counts.silences.new,
        unreadable: unreadable.length,
      });
      return ok(restored);
    } catch (error) {
      throw this.#failure(error);
    } finally {
      this.#isRestoring = false;
    }
  }

  #failure(error: unknown): Problem {
    if (error instanceof Problem) return error;
    if (error instanceof BackupError) {
      return error.code === "too large" ? tooLarge(error.message) : new Problem(400, error.message);
    }
    const message = error instanceof Error ? error.message : String(error);
    this.#log.error("Restoring a backup failed", { err: message });
    if (!(error instanceof StorageError)) return new Problem(500, message);
    return new Problem(503, `not all of the backup is stored, restore it again: ${message}`);
  }
}

function tooLarge(what: string): Problem {
  return new Problem(
    413,
    `${what}: stop the server and restore into its directory, alertmanager restore --storage.path`,
  );
}
