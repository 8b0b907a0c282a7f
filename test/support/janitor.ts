import { openSync } from "node:fs";
import { join } from "node:path";
import { background } from "./daemon.ts";
import { run } from "./run.ts";

// Reads until the last writer is gone, which is when this process ends, however it does. `pid` names a server; what it has
// started may have been made to stand still.
const SCRIPT = `trap '' INT TERM HUP
cat "$0/alive" >/dev/null
if [ -f "$0/pid" ]; then
  pid=$(cat "$0/pid")
  kill -CONT "$pid" $(pgrep -P "$pid") && kill -QUIT "$pid"
  for _ in 1 2 3 4 5 6 7 8 9 10; do kill -0 "$pid" || break; sleep 0.2; done
  kill -KILL "$pid"
fi 2>/dev/null
rm -rf "$0"`;

/**
 * Has a directory removed when this process ends, also when it is killed, and the daemon in it ended.
 */
export async function removedWithUs(directory: string): Promise<void> {
  const pipe = join(directory, "alive");
  const made = await run(["mkfifo", pipe]);
  if (made.code !== 0) throw new Error(`mkfifo ${pipe}: ${made.stderr}`);
  // Held open to the end; for reading too, so that opening does not wait for the other side.
  openSync(pipe, "r+");
  await background(["sh", "-c", SCRIPT, directory], "/dev/null");
}
