// What systemd.test.ts starts: it takes the sockets it was given and answers until it is told to end.
import { createLogger } from "../../server/logger.ts";
import { openListeners } from "./index.ts";

const log = createLogger({ level: "info", format: "logfmt", write: (line) => void process.stdout.write(line) });
const listeners = await openListeners({ addresses: [":0"], systemdSocket: true, webConfigFile: "", log }).catch(
  (e: Error) => {
    log.error(e.message);
    process.exit(1);
  },
);
listeners.serve((_, client) => new Response(`${client.address} ${process.env["LISTEN_FDS"] ?? "unset"}`));
process.on("SIGTERM", () => void listeners.stop(0).then(() => process.exit(0)));
