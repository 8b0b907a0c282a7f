// Called by scripts/bench, which says what it does and takes.
import { existsSync, statfsSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { program as ours } from "../../test/support/server.ts";
import { ALERTS_IN_WORDS } from "./alerts.ts";
import { better, rows } from "./goals.ts";
import { measurements, type Figures } from "./measurements.ts";
import { table } from "./table.ts";

const TMPFS_MAGIC = 0x01021994;

const { values, positionals } = parseArgs({
  options: { rounds: { type: "string", default: "2" }, only: { type: "string", default: "" } },
  allowPositionals: true,
});
const rounds = Number(values.rounds);
if (!Number.isInteger(rounds) || rounds < 1)
  throw new Error(`--rounds is "${values.rounds}", expected a number from 1`);
const peer = positionals[0] === undefined ? undefined : resolve(positionals[0]);
for (const path of [ours, peer]) {
  if (path !== undefined && !existsSync(path)) throw new Error(`no program to measure at ${path}`);
}

const chosen = measurements.filter(({ name }) => name.startsWith(values.only));
if (chosen.length === 0)
  throw new Error(
    `--only is "${values.only}", expected the start of ${measurements.map(({ name }) => name).join(", ")}`,
  );

const best = new Map<string, Figures>();
for (let round = 1; round <= rounds; round++) {
  for (const measurement of chosen) {
    // Who goes first changes each round, so that neither always has the warmer machine.
    const order = [ours, ...(peer === undefined ? [] : [peer])];
    for (const program of round % 2 === 0 ? order.reverse() : order) {
      process.stderr.write(`round ${round} of ${rounds}: ${measurement.name}, ${program}\n`);
      const figures = await measurement.run(program);
      const known = best.get(program) ?? {};
      for (const row of rows) {
        const value = figures[row.figure];
        const before = known[row.figure];
        if (value !== undefined) known[row.figure] = before === undefined ? value : better(row, before, value);
      }
      best.set(program, known);
    }
  }
}

const memoryDisk = statfsSync(tmpdir()).type === TMPFS_MAGIC;
console.log(
  `Best of ${rounds} rounds on ${cpus().length} cores shared with the load generator (32 keep-alive connections).`,
);
console.log(`Alerts: ${ALERTS_IN_WORDS}`);
console.log("Load goes round 12,800 of them; from the second round on each comes back with its endsAt moved.");
console.log(
  `Data under ${tmpdir()}${memoryDisk ? ", which is memory, not a disk: set TMPDIR for figures that mean something" : ""}.\n`,
);
console.log(table(best.get(ours) ?? {}, peer === undefined ? undefined : (best.get(peer) ?? {})));
process.exit(0);
