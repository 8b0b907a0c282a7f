import type { Database } from "bun:sqlite";
import { explainFailure } from "./errors.ts";
import { Op } from "./protocol.ts";
import { finalizeAll, prepareStatements } from "./statements.ts";
import type { Statements } from "./statements.ts";
import { Unpacker } from "./packing.ts";

/** Puts packed rows into the database, all of a message in one transaction. */
export class Writer {
  readonly #statements: Statements;

  constructor(
    readonly db: Database,
    readonly path: string,
  ) {
    this.#statements = prepareStatements(db);
  }

  /** @throws StorageError when nothing of it was stored */
  commit(packed: string): void {
    const { begin, commit } = this.#statements;
    try {
      begin.run();
      this.#write(new Unpacker(packed));
      commit.run();
    } catch (error) {
      this.#rollBack();
      throw explainFailure(this.path, error);
    }
  }

  /** SQLite has rolled back by itself after some failures. One that cannot be undone now is undone by the next begin. */
  #rollBack(): void {
    if (!this.db.inTransaction) return;
    try {
      this.#statements.rollback.run();
    } catch {
      return;
    }
  }

  close(): void {
    finalizeAll(this.#statements);
  }

  #write(rows: Unpacker): void {
    const run = this.#statements;
    while (!rows.done) {
      const op = rows.number();
      switch (op) {
        case Op.alert:
          run.alert.run(rows.number(), rows.number(), rows.number(), rows.number(), rows.text());
          break;
        case Op.end:
          run.end.run(rows.number(), rows.number(), rows.number(), rows.number(), rows.number(), rows.text());
          break;
        case Op.deleteAlert: {
          const id = rows.number();
          run.deleteAlert.run(id);
          run.deleteEnd.run(id);
          run.deleteClassification.run(id);
          break;
        }
        case Op.classification:
          run.classification.run(rows.number(), rows.text(), rows.number(), rows.number(), rows.text());
          break;
        case Op.deleteClassification:
          run.deleteClassification.run(rows.number());
          break;
        case Op.names:
          run.names.run(rows.number(), rows.text());
          break;
        case Op.deleteNames:
          run.deleteNames.run(rows.number());
          break;
        case Op.silence:
          run.silence.run(rows.text(), rows.text());
          break;
        case Op.deleteSilence:
          run.deleteSilence.run(rows.text());
          break;
        case Op.group:
          run.group.run(rows.text(), rows.text(), rows.number(), rows.number(), rows.text());
          break;
        case Op.newGroup:
          run.newGroup.run(rows.text(), rows.text(), rows.number(), rows.number(), rows.text());
          break;
        case Op.deleteGroup:
          run.deleteGroup.run(rows.text(), rows.text());
          break;
        case Op.log:
          run.log.run(rows.text(), rows.text());
          break;
        case Op.deleteLog:
          run.deleteLog.run(rows.text());
          break;
        case Op.outbox:
          run.outbox.run(rows.text(), rows.text());
          break;
        case Op.deleteOutbox:
          run.deleteOutbox.run(rows.text());
          break;
        case Op.document:
          run.document.run(rows.text(), rows.number(), rows.text());
          break;
        case Op.deleteDocument:
          run.deleteDocument.run(rows.text());
          break;
        case Op.cached:
          run.cached.run(rows.text(), rows.text(), rows.number());
          break;
        case Op.deleteCached:
          run.deleteCached.run(rows.text());
          break;
        case Op.meta:
          run.meta.run(rows.text(), rows.number());
          break;
        default:
          throw new Error(`unknown operation ${op} in a batch`);
      }
    }
  }
}
