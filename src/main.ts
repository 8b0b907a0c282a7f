import { basename } from "node:path";

/** Which program this is: `amtool` if called by that name or with it as the first argument, else `alertmanager`. */
async function main(): Promise<number> {
  const args = process.argv.slice(2);
  const isCompiled = import.meta.dir.startsWith("/$bunfs/");
  const calledBy = isCompiled ? basename(process.argv0) : "alertmanager";
  const isAmtool = calledBy === "amtool" || args[0] === "amtool";
  // Asked for nothing but the version, neither program's commands need to be loaded.
  if (args.at(-1) === "--version" && args.length === (args[0] === "amtool" ? 2 : 1)) {
    const { versionText } = await import("./server/version.ts");
    const { PROCESS_TERMINAL } = await import("./kingpin/terminal.ts");
    PROCESS_TERMINAL.out(`${versionText(isAmtool ? "amtool" : "alertmanager")}\n`);
    return 0;
  }
  if (isAmtool) {
    const { amtool } = await import("./cli/amtool.ts");
    return amtool(calledBy === "amtool" ? args : args.slice(1));
  }
  if (args[0] === "export") {
    const { exportSnapshots } = await import("./server/export.ts");
    return exportSnapshots(args.slice(1), "alertmanager export");
  }
  if (args[0] === "backup" || args[0] === "restore" || args[0] === "migrate") {
    const { backupCommand } = await import("./cli/backup/command.ts");
    return backupCommand(args);
  }
  if (args[0] === "healthcheck") return (await import("./cli/healthcheck.ts")).healthcheck();
  if (args[0] === "plugin-host") {
    const { runPlugin } = await import("./plugins/host.ts");
    return runPlugin(args[1] ?? "");
  }
  const { alertmanager } = await import("./server/command.ts");
  return alertmanager(args, calledBy, async () => (await import("./server/run.ts")).runServer);
}

process.exit(await main());
