const ENDS = ["SIGINT", "SIGTERM"] as const;

/**
 * Resolves when the process is told to end (SIGINT, SIGTERM); until then every SIGHUP is passed on. Signals after that
 * change nothing: who stops a process group or is impatient must not cut the end short.
 */
export function nextSignal(options: { readonly onHangup: () => void }): Promise<void> {
  return new Promise((resolve) => {
    let ending = false;
    for (const signal of ENDS) {
      process.on(signal, () => {
        ending = true;
        resolve();
      });
    }
    process.on("SIGHUP", () => {
      if (!ending) options.onHangup();
    });
  });
}
