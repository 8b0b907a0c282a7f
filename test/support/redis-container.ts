import type { RedisPlace } from "./redis.ts";

const IMAGE = "redis:6-alpine";

/**
 * A container for all processes of one test, which the library's own watchman removes after us. They are beside its first
 * process, since that one cannot be made to stand still; and on the same ports inside as outside, so that what
 * sentinels say about addresses is true on both sides.
 */
export async function containerPlace(ports: readonly number[]): Promise<RedisPlace> {
  const { GenericContainer } = await import("testcontainers");
  const container = await new GenericContainer(IMAGE)
    .withEntrypoint(["sleep"])
    .withCommand(["infinity"])
    .withExposedPorts(...ports.map((port) => ({ container: port, host: port })))
    .start();
  let processes = 0;

  const run = async (script: string): Promise<void> => {
    const { exitCode, output } = await container.exec(["sh", "-c", script]);
    if (exitCode !== 0) throw new Error(`${script}: exit code ${exitCode}: ${output}`);
  };

  return {
    bind: "0.0.0.0",
    async process(files, args = []) {
      const directory = `/tmp/redis-${++processes}`;
      await run(`mkdir ${directory}`);
      await container.copyContentToContainer(
        Object.entries(files).map(([name, content]) => ({ content, target: `${directory}/${name}` })),
      );
      const signal = (name: string) => run(`kill -${name} $(cat ${directory}/pid)`);
      return {
        start: () =>
          run(
            `cd ${directory} && redis-server redis.conf ${args.join(" ")} --daemonize yes --pidfile ${directory}/pid`,
          ),
        stop: () => signal("KILL"),
        pause: () => signal("STOP"),
        resume: () => signal("CONT"),
      };
    },
    async remove() {
      await container.stop();
    },
  };
}
