import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import type { PostgresServer } from "./postgres.ts";
import { freePort } from "./port.ts";
import { answers } from "./postgres-answers.ts";
import { eventually } from "./wait.ts";

const IMAGE = "postgres:14-alpine";

/** Loading the library takes 0.3 s, so it is not even asked where nothing hints at a runtime. */
function mayHaveRuntime(): boolean {
  if (process.env["DOCKER_HOST"] !== undefined) return true;
  const runtimeDirectory = process.env["XDG_RUNTIME_DIR"] ?? join(homedir(), ".docker/run");
  return [
    "/var/run/docker.sock",
    join(homedir(), ".testcontainers.properties"),
    join(homedir(), ".docker/run/docker.sock"),
    join(homedir(), ".docker/desktop/docker.sock"),
    join(runtimeDirectory, "docker.sock"),
    join(runtimeDirectory, "podman/podman.sock"),
  ].some((path) => existsSync(path));
}

export async function canUseContainers(): Promise<boolean> {
  if (!mayHaveRuntime()) return false;
  const { getContainerRuntimeClient } = await import("testcontainers");
  return getContainerRuntimeClient().then(
    () => true,
    () => false,
  );
}

/** A server in a container of its own, which the library's own watchman removes after us. */
export async function startContainer(): Promise<PostgresServer> {
  const { GenericContainer, Wait, getContainerRuntimeClient } = await import("testcontainers");
  const started = await new GenericContainer(IMAGE)
    .withEnvironment({ POSTGRES_HOST_AUTH_METHOD: "trust" })
    .withCommand(["postgres", "-c", "fsync=off", "-c", "full_page_writes=off"])
    // A port of ours, because one of the runtime's choosing changes with a restart.
    .withExposedPorts({ container: 5432, host: await freePort() })
    // The first time is the server that sets the database up.
    .withWaitStrategy(Wait.forLogMessage("database system is ready to accept connections", 2))
    .start();
  const container = (await getContainerRuntimeClient()).container.getById(started.getId());
  const address = `${started.getHost()}:${started.getMappedPort(5432)}`;
  const url = (database: string) => `postgres://postgres@${address}/${database}`;
  return {
    url,
    async stop() {
      await container.kill({ signal: "SIGQUIT" });
      await container.wait();
    },
    async start() {
      await container.start();
      await eventually("Postgres answers", () => answers(url("postgres")), { withinMs: 40_000 });
    },
    pause: () => container.pause(),
    resume: () => container.unpause(),
    async remove() {
      await started.stop();
    },
  };
}
