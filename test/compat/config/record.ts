// Records what the real Alertmanager says of every case, into golden/*.json.
// Usage: bun test/compat/config/record.ts ALERTMANAGER AMTOOL [PORT] [GOLDEN FILE ...]
import { CASES } from "./cases/index.ts";
import { writeGolden, type Answer } from "./golden.ts";
import { Oracle } from "./oracle.ts";

const [alertmanager, amtool, port = "19093", ...only] = process.argv.slice(2);
if (alertmanager === undefined || amtool === undefined) {
  throw new Error("usage: record.ts ALERTMANAGER AMTOOL [PORT] [GOLDEN FILE ...]");
}
const oracle = new Oracle(alertmanager, amtool, Number(port));
for (const [file, cases] of Object.entries(CASES)) {
  if (only.length > 0 && !only.includes(file)) continue;
  const answers = new Map<string, Answer>();
  for (const { name, yaml } of cases) answers.set(name, await oracle.ask(yaml));
  writeGolden(file, answers);
  console.log(`${file}: ${answers.size} cases`);
}
oracle.close();
