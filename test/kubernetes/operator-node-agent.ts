// Runs in the network of a node, apart from this machine's, until its stdin ends: answers for names as a cluster's DNS does, and carries
// connections between that network and unix sockets, which know no network. Told what to do by JSON in its first argument.
import { connect, createServer, type Socket } from "node:net";
import type { AgentOptions } from "./operator-node.ts";

const { address, names, ways } = JSON.parse(process.argv[2] ?? "") as AgentOptions;

/** An answer to a DNS query: the name's IPv4 address; NXDOMAIN where there is no such name; nothing where another type is asked for. */
function answer(query: Buffer): Buffer {
  const labels: string[] = [];
  let at = 12;
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.toString("latin1", at + 1, at + 1 + length));
    at += 1 + length;
  }
  const end = at + 5;
  const found = names[labels.join(".").toLowerCase()];
  const isAddress = found !== undefined && query.readUInt16BE(at + 1) === 1;
  const header = Buffer.from(query.subarray(0, 12));
  header.writeUInt16BE(found === undefined ? 0x8583 : 0x8580, 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(isAddress ? 1 : 0, 6);
  header.writeUInt32BE(0, 8);
  const record = isAddress ? [0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 5, 0, 4, ...found.split(".").map(Number)] : [];
  return Buffer.concat([header, query.subarray(12, end), Buffer.from(record)]);
}

await Bun.udpSocket({
  hostname: address,
  port: 53,
  socket: { data: (socket, query, port, from) => void socket.send(answer(query), port, from) },
});

function join(a: Socket, b: Socket): void {
  for (const [from, to] of [
    [a, b],
    [b, a],
  ] as const) {
    from.pipe(to);
    from.on("error", () => to.destroy());
    from.on("close", () => to.destroy());
  }
}

for (const { from, to } of ways) {
  const server = createServer({ allowHalfOpen: true }, (socket) => join(socket, connect(to)));
  await new Promise<void>((resolve) => server.listen(from, resolve));
}

process.stdout.write("ready\n");
process.stdin.resume();
process.stdin.on("end", () => process.exit(0));
