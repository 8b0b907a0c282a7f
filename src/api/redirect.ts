import type { Plain } from "./plain.ts";

const STATUS_TEXTS: Readonly<Record<number, string>> = {
  301: "Moved Permanently",
  302: "Found",
  307: "Temporary Redirect",
};

/** A redirect as Go's `http.Redirect` sends it: only the answer to GET and HEAD is a page (spec §2.1). */
export function redirect(status: 301 | 302 | 307, location: string, method: string): Plain {
  if (method !== "GET" && method !== "HEAD") return { status, headers: { Location: location }, body: "" };
  return {
    status,
    headers: { "Content-Type": "text/html; charset=utf-8", Location: location },
    body: `<a href="${escapeHTML(location)}">${STATUS_TEXTS[status]}</a>.\n\n`,
  };
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&#34;",
  "'": "&#39;",
};

function escapeHTML(text: string): string {
  return text.replace(/[&<>"']/g, (char) => ENTITIES[char] as string);
}
