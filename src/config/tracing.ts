import { httpHeaders } from "./http-headers.ts";
import { converted, optional, refuse } from "./schema/collections.ts";
import { promDuration } from "./schema/go-types.ts";
import { bool, float64, string, stringNamed } from "./schema/scalars.ts";
import { struct } from "./schema/struct.ts";
import type { Type } from "./schema/type.ts";
import { tlsConfig } from "./tls-config.ts";
import type { TracingConfig } from "./types.ts";
import { encodeString } from "./yaml/encode.ts";

/** `tracing` as the file has it: without one everything in it is empty. */
export type TracingFile = Omit<TracingConfig, "client_type"> & { client_type: string };

const clientType: Type<string> = converted(stringNamed("tracing.plain"), {
  goName: "tracing.TracingClientType",
  ofText: (text) => text,
  zero: () => "",
  convert(text) {
    if (text === "http" || text === "grpc") return text;
    return refuse(`expected tracing client type to be to be http or grpc, but got ${text}`);
  },
  isZero: (value) => value === "",
  encode: encodeString,
});

/** `tracing` (spec §4.10). */
export const tracing = struct<TracingFile>({
  name: "tracing.TracingConfig",
  fields: {
    client_type: clientType,
    endpoint: string,
    sampling_fraction: float64,
    insecure: bool,
    tls_config: optional(tlsConfig),
    headers: httpHeaders,
    compression: string,
    timeout: promDuration,
  },
  defaults: () => ({ client_type: "grpc" }),
  validate({ endpoint, compression }) {
    if (endpoint === "") refuse("tracing endpoint must be set");
    if (compression !== "" && compression !== "gzip") {
      refuse(`invalid compression type ${compression} provided, valid options: gzip`);
    }
  },
});
