import type { Row } from "./connection.ts";

/** Statements that go to the database in one message, and what becomes of the rows they give. */
export class Script {
  readonly #statements: string[] = [];
  readonly #readers: ((rows: readonly Row[]) => void)[] = [];

  /** A statement that gives no rows. */
  add(statement: string): void {
    this.#statements.push(statement);
  }

  /** A statement that gives rows, if only none. */
  query(statement: string, read: (rows: readonly Row[]) => void): void {
    this.#statements.push(statement);
    this.#readers.push(read);
  }

  get text(): string {
    return this.#statements.join(";\n");
  }

  /** Hands out the rows, one list for each query. */
  read(results: readonly (readonly Row[])[]): void {
    if (results.length !== this.#readers.length) {
      throw new Error(`Postgres answered ${this.#readers.length} queries with ${results.length} results`);
    }
    for (const [i, read] of this.#readers.entries()) read(results[i] as readonly Row[]);
  }
}
