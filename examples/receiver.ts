// A receiver for the webhook of alertmanager.yml: prints what it is sent. Run with: bun examples/receiver.ts

interface Message {
  readonly status: string;
  readonly receiver: string;
  readonly alerts: readonly { readonly status: string; readonly labels: Readonly<Record<string, string>> }[];
}

const server = Bun.serve({
  hostname: "127.0.0.1",
  port: 5001,
  async fetch(request) {
    const message = (await request.json()) as Message;
    console.log(`Received "${message.status}" for ${message.receiver}:`);
    for (const { status, labels } of message.alerts) console.log(`  ${status} ${JSON.stringify(labels)}`);
    return new Response();
  },
});

console.log(`The example receiver listens on ${server.url}`);
