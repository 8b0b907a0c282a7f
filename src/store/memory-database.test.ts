import { createMemoryDatabase } from "./memory-database.ts";
import { testSharedStorage } from "./shared-conformance.ts";

testSharedStorage("a database in memory", async () => {
  let passed = 0;
  let servers = 0;
  const database = createMemoryDatabase(() => Date.now() + passed);
  return {
    async open() {
      const connection = database.connect(`server ${++servers}`);
      // As over a network: questions take a moment, and nothing happens between an answer and whoever waits for it.
      const delay = () => new Promise<void>((resolve) => setImmediate(resolve));
      return Object.defineProperty(connection, "delay", { get: delay });
    },
    async passTime(ms) {
      passed += ms;
    },
    remove: async () => undefined,
  };
});
