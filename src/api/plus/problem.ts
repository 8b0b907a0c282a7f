import { Type } from "@sinclair/typebox";
import type { Plain } from "../plain.ts";

/** Where in a body or a query something is wrong, and what. */
export interface Fault {
  /** `labels.severity`, `ids[3]`; empty for the whole. */
  readonly path: string;
  readonly message: string;
}

const TITLES: Readonly<Record<number, string>> = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  409: "Conflict",
  413: "Content Too Large",
  415: "Unsupported Media Type",
  429: "Too Many Requests",
  500: "Internal Server Error",
  503: "Service Unavailable",
};

/** Why a request is not answered as asked, as RFC 9457 has it. */
export class Problem extends Error {
  /** @param message the `detail`, for a person; without secrets */
  constructor(
    readonly status: number,
    message: string,
    readonly faults: readonly Fault[] = [],
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
  }

  answer(): Plain {
    const { status, message: detail, faults } = this;
    const errors = faults.length === 0 ? undefined : faults;
    return {
      status,
      headers: {
        "Content-Type": "application/problem+json",
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
        ...this.headers,
      },
      body: `${JSON.stringify({ type: "about:blank", title: TITLES[status] ?? "Error", status, detail, errors })}\n`,
    };
  }
}

export const PROBLEM = Type.Object(
  {
    type: Type.String(),
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.String(),
    errors: Type.Optional(Type.Array(Type.Object({ path: Type.String(), message: Type.String() }))),
  },
  { $id: "Problem", description: "What went wrong, as RFC 9457 has it." },
);
