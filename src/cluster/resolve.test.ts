import { expect, test } from "bun:test";
import { ManualClock } from "../dispatch/manual-clock.ts";
import { bounded, type Lookup, resolvePeers, resolveProblem, systemLookup } from "./resolve.ts";

const names: Readonly<Record<string, readonly string[]>> = {
  replicas: ["10.0.0.1", "10.0.0.2", "fd00::2"],
  one: ["10.0.0.1"],
  "10.0.0.9": ["10.0.0.9"],
};
const look: Lookup = async (host) => {
  const found = names[host];
  if (found === undefined) throw new Error("ENOTFOUND");
  return found;
};

test("a name is all its addresses, each once, without our own", async () => {
  expect(await resolvePeers(["replicas:9094", "one:9094", "10.0.0.9:1"], "10.0.0.2:9094", look)).toEqual({
    addresses: ["10.0.0.1:9094", "[fd00::2]:9094", "10.0.0.9:1"],
    unresolved: [],
  });
});

test("names nobody knows and ports that are none are left as they are", async () => {
  const { addresses, unresolved } = await resolvePeers(["none:9094", "one:http", "one:99999", ":9094"], "", look);

  expect(addresses).toEqual([]);
  expect(unresolved.map(resolveProblem)).toEqual([
    "lookup none: no such host",
    'strconv.ParseUint: parsing "http": invalid syntax',
    'strconv.ParseUint: parsing "99999": value out of range',
    "lookup : no such host",
  ]);
});

test("what is no host and port is refused in upstream's words", async () => {
  const error = await resolvePeers(["foo"], "", look).catch((e: Error) => e.message);
  expect(error).toBe("split host/port for peer foo: address foo: missing port in address");
});

test("the system knows addresses", async () => {
  expect(await systemLookup("127.0.0.1")).toEqual(["127.0.0.1"]);
  expect(await systemLookup("no.such.invalid").catch(() => "nobody")).toBe("nobody");
});

test("a look-up that takes too long is one that finds nothing", async () => {
  const clock = new ManualClock();
  const slow = bounded(() => new Promise(() => undefined), clock, 15_000);
  const resolved = resolvePeers(["one:9094"], "", slow);

  await clock.advance(15_000);

  expect(await resolved).toEqual({ addresses: [], unresolved: ["one:9094"] });
  expect(await bounded(look, clock, 15_000)("one")).toEqual(["10.0.0.1"]);
});
