import type { Classification } from "../../server/classification.ts";
import type { Plain } from "../plain.ts";
import { ClassificationEndpoints, fingerprintIn } from "./classifications.ts";
import { json, problem } from "./json.ts";
import { llmStatus } from "./llm.ts";
import { isFromAnotherSite } from "./same-site.ts";

export interface PlusRoute {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** Without the route prefix. */
  readonly path: string;
  /** The path as metrics name it. */
  readonly label: string;
  answer(visit: {
    readonly request: Request;
    readonly query: string;
    readonly plainPath: string;
  }): Plain | Promise<Plain>;
}

const LIST = "/api/plus/v1/classifications";
const ONE = `${LIST}/:fingerprint`;

const BAD_FINGERPRINT = problem(
  400,
  "Bad Request",
  "expected the fingerprint of an alert, 16 hexadecimal digits in lower case",
);
const OTHER_SITE = problem(403, "Forbidden", "pages of other sites may not change anything here");
const NOT_FOUND = problem(404, "Not Found", "there is nothing of this name to be done with a classification");

/** The paths about classifications and the language model. */
export function classificationRoutes(source: Pick<Classification, "catalogue" | "llm">): readonly PlusRoute[] {
  const endpoints = new ClassificationEndpoints(source.catalogue);
  const about =
    (answer: (fingerprint: string, request: Request) => Plain | Promise<Plain>): PlusRoute["answer"] =>
    ({ request, plainPath }) => {
      const at = fingerprintIn(plainPath);
      return at === undefined ? BAD_FINGERPRINT : answer(at.fingerprint, request);
    };
  const changing =
    (answer: PlusRoute["answer"]): PlusRoute["answer"] =>
    (visit) =>
      isFromAnotherSite(visit.request) ? OTHER_SITE : answer(visit);

  return [
    { method: "GET", path: LIST, label: LIST, answer: ({ query }) => endpoints.list(query) },
    { method: "GET", path: ONE, label: ONE, answer: about((fingerprint) => endpoints.get(fingerprint)) },
    {
      method: "PUT",
      path: ONE,
      label: ONE,
      answer: changing(about((fingerprint, request) => endpoints.correct(fingerprint, request))),
    },
    {
      method: "DELETE",
      path: ONE,
      label: ONE,
      answer: changing(about((fingerprint) => endpoints.withdraw(fingerprint))),
    },
    {
      method: "POST",
      path: `${LIST}/*`,
      label: `${ONE}/reclassify`,
      answer: changing((visit) => {
        if (fingerprintIn(visit.plainPath)?.rest !== "reclassify") return NOT_FOUND;
        return about((fingerprint) => endpoints.classifyAgain(fingerprint))(visit);
      }),
    },
    {
      method: "GET",
      path: "/api/plus/v1/llm",
      label: "/api/plus/v1/llm",
      answer: () => json(200, llmStatus(source.llm)),
    },
  ];
}
