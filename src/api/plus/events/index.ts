import { Type } from "@sinclair/typebox";
import type { MatcherParser } from "../../../core/model/matcher-parse.ts";
import type { EventStreams } from "../../../events/streams.ts";
import { endpoint, type Endpoint } from "../endpoint.ts";
import { readFilters } from "../filters.ts";
import { FILTERS } from "../paging.ts";
import { Problem } from "../problem.ts";
import { EVENT_KINDS, wanted, type EventKind } from "./wanted.ts";
import { writtenEvent } from "./written.ts";

export interface EventsParts {
  readonly streams: Pick<EventStreams, "hasRoom" | "listen">;
  readonly matchers: MatcherParser;
}

const HEADERS = {
  "Content-Type": "text/event-stream",
  "Cache-Control": "no-store, no-transform",
  "X-Content-Type-Options": "nosniff",
  // A proxy that gathers answers before it passes them on would pass on nothing.
  "X-Accel-Buffering": "no",
};

/** s until it is worth asking again for a stream. */
const RETRY_AFTER = "5";

/** What happens, as it happens. */
export function eventsEndpoints({ streams, matchers }: EventsParts): readonly Endpoint[] {
  return [
    endpoint({
      method: "GET",
      path: "/events",
      tag: "events",
      summary: "What happens, as server-sent events",
      description:
        "Whoever comes back with the Last-Event-ID they had is told what they missed, or by an event of the type `reset` that this is " +
        "not known any more: then they look at everything anew. A stream that is read too slowly ends.",
      needs: "viewer",
      isEndless: true,
      query: Type.Object({
        kinds: Type.Optional(Type.String({ description: `With commas between: ${EVENT_KINDS.join(", ")}.` })),
        lastEventId: Type.Optional(Type.String({ description: "In place of the header Last-Event-ID." })),
        ...FILTERS,
      }),
      answers: { 200: "text/event-stream" },
      answer({ request, query, caller, over }) {
        const wants = wanted({
          kinds: kindsOf(query.kinds),
          matchers: readFilters(matchers, query.filter),
          isAdmin: caller.role === "admin",
        });
        if (!streams.hasRoom) {
          throw new Problem(503, "there are too many streams of events, or the server is about to end", [], {
            "Retry-After": RETRY_AFTER,
          });
        }
        const lastId = request.headers.get("last-event-id") ?? query.lastEventId;
        const texts = streams.listen({ lastId, wants, write: writtenEvent, gone: request.signal });
        return new Response(encoded(texts, over) as unknown as ReadableStream, { headers: HEADERS });
      },
    }),
  ];
}

async function* encoded(texts: AsyncGenerator<string>, over: () => void): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const encoder = new TextEncoder();
  try {
    for await (const text of texts) yield encoder.encode(text);
  } finally {
    over();
  }
}

/** @throws Problem */
function kindsOf(text: string | undefined): readonly EventKind[] {
  if (text === undefined) return [];
  return text.split(",").map((name) => {
    const kind = EVENT_KINDS.find((one) => one === name.trim());
    if (kind !== undefined) return kind;
    throw new Problem(400, `kinds: expected some of ${EVENT_KINDS.join(", ")}, not ${JSON.stringify(name)}`);
  });
}
