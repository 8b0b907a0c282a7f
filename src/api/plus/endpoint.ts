import type { Static, TObject, TSchema } from "@sinclair/typebox";
import type { Plain } from "../plain.ts";
import type { Client } from "../web/index.ts";
import type { Caller, Role } from "./caller.ts";

/** The names in a path such as `/history/alert/:fingerprint`. */
export type Params<Path extends string> = Path extends `${string}:${infer Name}/${infer Rest}`
  ? { readonly [key in Name]: string } & Params<`/${Rest}`>
  : Path extends `${string}:${infer Name}`
    ? { readonly [key in Name]: string }
    : Record<never, string>;

/** One request, read and checked. */
export interface Call<P, Q, B> {
  readonly request: Request;
  readonly client: Client | undefined;
  readonly caller: Caller;
  /** Escapes undone, never empty. */
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  /** To be called when an endless answer has ended by itself: the connection may go on, and nobody is watched over any more. */
  readonly over: () => void;
}

/** Something to be sent as JSON. */
export interface Answer {
  readonly status: number;
  /** JSON-serialisable; undefined for no body. */
  readonly value: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export type Method = "GET" | "POST" | "PUT" | "DELETE";

/** What somebody may ask of `/api/plus/v1`; its schemas check what comes in and make the OpenAPI document. */
export interface EndpointSpec<Path extends string, Q extends TObject, B extends TSchema> {
  readonly method: Method;
  /** Below `/api/plus/v1`; `:name` is one segment. */
  readonly path: Path;
  /** Groups endpoints in the document. */
  readonly tag: string;
  /** One line. */
  readonly summary: string;
  readonly description?: string;
  /** The least role it takes; `nobody`: it is for those, too, who have none. */
  readonly needs: Role | "nobody";
  /** Parameters not named here are refused. An array is a parameter that may come repeatedly. */
  readonly query?: Q;
  readonly body?: B;
  /** Bytes; 1 MiB unless told. */
  readonly maxBody?: number;
  /** Media type of a body that is no JSON: the endpoint reads `request` itself. */
  readonly bodyType?: string;
  /** By status: the schema of the JSON, or the media type of what is none; null for no body. Problems need not be named. */
  readonly answers: Readonly<Record<number, TSchema | string | null>>;
  /** Goes on for as long as the client likes: neither limited in number with other GETs nor cut off by `--web.timeout`. */
  readonly isEndless?: true;
  /** @throws Problem */
  answer(call: Call<Params<Path>, Static<Q>, Static<B>>): Reply | Promise<Reply>;
}

export type Reply = Answer | Plain | Response;

/** An endpoint among others. */
export type Endpoint = Omit<EndpointSpec<string, TObject, TSchema>, "answer"> & {
  answer(call: Call<Readonly<Record<string, string>>, unknown, unknown>): Reply | Promise<Reply>;
};

/** Makes an endpoint of what it is to be; what comes in has been checked by its schemas when it is called. */
export function endpoint<Path extends string, Q extends TObject, B extends TSchema>(
  spec: EndpointSpec<Path, Q, B>,
): Endpoint {
  return { ...spec, answer: (call) => spec.answer(call as Call<Params<Path>, Static<Q>, Static<B>>) };
}

export const ok = (value: unknown, headers?: Answer["headers"]): Answer => answered(200, value, headers);
export const created = (value: unknown, headers?: Answer["headers"]): Answer => answered(201, value, headers);
export const accepted = (value: unknown): Answer => answered(202, value, undefined);
export const noContent = (headers?: Answer["headers"]): Answer => answered(204, undefined, headers);

function answered(status: number, value: unknown, headers: Answer["headers"]): Answer {
  return headers === undefined ? { status, value } : { status, value, headers };
}
