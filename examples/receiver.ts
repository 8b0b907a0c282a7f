// A receiver for the webhook of alertmanager.yml: prints what it is sent. Run with: bun examples/receiver.ts

interface Message {
  readonly status: string;
  readonly receiver: string;
  readonly alerts: readonly { readonly status: string; readonly labels: Readonly<Record<string, string>> }[];
}

async function receive(request: Request): Promise<Response> {
  const message = (await request.json()) as Message;
  console.log(`Received "${message.status}" for ${message.receiver}:`);
  for (const { status, labels } of message.alerts) console.log(`  ${status} ${JSON.stringify(labels)}`);
  return new Response();
}

try {
  const server = Bun.serve({ hostname: "127.0.0.1", port: 5001, fetch: receive });
  console.log(`The example receiver listens on ${server.url}`);
} catch (error) {
  console.error(`The example receiver does not run: ${(error as Error).message}`);
  process.exit(1);
}
