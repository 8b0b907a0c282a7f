import { expect, test } from "bun:test";
import { parsePlusConfig } from "../plus.ts";

const read = (source: string) => parsePlusConfig(source, {}, "/etc/plus").kubernetes;

test("no targets are looked for unless that is enabled", () => {
  expect(read("")).toEqual({
    api_server: "",
    token_file: "",
    ca_file: "",
    targets: { enabled: false, namespaces: [], label_selector: "publishing-target=true" },
  });
});

test("all of it can be said, and files count from where it is said", () => {
  const source =
    "kubernetes:\n  api_server: https://10.0.0.1:6443\n  token_file: token\n  ca_file: /ca.pem\n" +
    "  targets: {enabled: true, namespaces: [a, b-1], label_selector: 'x in (1, 2)'}\n";
  expect(read(source)).toEqual({
    api_server: "https://10.0.0.1:6443",
    token_file: "/etc/plus/token",
    ca_file: "/ca.pem",
    targets: { enabled: true, namespaces: ["a", "b-1"], label_selector: "x in (1, 2)" },
  });
});

test.each([
  ["targets: {namespaces: ['../secrets']}", "expected the name of a namespace"],
  ["targets: {label_selector: ''}", "expected a label selector"],
  ["api_server: https://u:p@host/path", "expected https://host:port"],
  ["api_server: host", "expected https://host:port"],
  ["target: {}", "unknown key"],
])("%s is refused", (keys, problem) => {
  expect(() => read(`kubernetes:\n  ${keys}\n`)).toThrow(problem);
});
