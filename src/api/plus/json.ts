import type { Plain } from "../plain.ts";

/** An answer as JSON, which nobody keeps. */
export function json(status: number, body: unknown): Plain {
  return answer(status, "application/json", body);
}

/**
 * What went wrong, as RFC 9457 has it.
 *
 * @param detail for a person; without secrets
 */
export function problem(status: number, title: string, detail: string): Plain {
  return answer(status, "application/problem+json", { type: "about:blank", title, status, detail });
}

function answer(status: number, type: string, body: unknown): Plain {
  return {
    status,
    headers: { "Content-Type": type, "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff" },
    body: `${JSON.stringify(body)}\n`,
  };
}
