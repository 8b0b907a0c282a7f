/** Resolves when the process is told to end (SIGINT, SIGTERM); until then every SIGHUP is passed on. */
export function nextSignal(options: { readonly onHangup: () => void }): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      for (const signal of ["SIGINT", "SIGTERM"] as const) process.off(signal, end);
      process.off("SIGHUP", options.onHangup);
      resolve();
    };
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, end);
    process.on("SIGHUP", options.onHangup);
  });
}
