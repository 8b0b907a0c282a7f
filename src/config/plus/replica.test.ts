import { expect, test } from "bun:test";
import { parsePlusConfig } from "../plus.ts";
import { replicaIdentity } from "./replica.ts";

const NOTHING = { name: "", address: "" };

test.each([
  [":9093", { name: "am-0:9093", address: "am-0:9093" }],
  ["[::]:9093", { name: "am-0:9093", address: "am-0:9093" }],
  ["0.0.0.0:9094", { name: "am-0:9094", address: "am-0:9094" }],
  ["127.0.0.1:1", { name: "am-0:1", address: "127.0.0.1:1" }],
  ["[::1]:1", { name: "am-0:1", address: "[::1]:1" }],
])("a server that listens on %s is known by its host and port", (listening, identity) => {
  expect(replicaIdentity(NOTHING, "am-0", listening)).toEqual(identity);
});

test("what is configured counts", () => {
  const { replica } = parsePlusConfig("replica: {name: left, address: '10.0.0.1:80'}\n", {});

  expect(replicaIdentity(replica, "am-0", ":9093")).toEqual({ name: "left", address: "10.0.0.1:80" });
});
