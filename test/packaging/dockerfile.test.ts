import { expect, test } from "bun:test";
import { instructionsOf, readDockerfile } from "../kubernetes/image-dockerfile.ts";

const stages = readDockerfile();
const allOf = (stage: string, word: string) =>
  instructionsOf(stages, stage)
    .filter((instruction) => instruction.word === word)
    .map(({ rest }) => rest);

test.each(["distroless", "busybox"])("%s: its port, its user as a number, and what it says of itself", (variant) => {
  expect(allOf(variant, "EXPOSE")).toEqual(["9093"]);
  expect(allOf(variant, "USER")).toEqual(["65534:65534"]);
  const [labels = ""] = allOf(variant, "LABEL");
  const said = Object.fromEntries(
    Array.from(labels.matchAll(/org\.opencontainers\.image\.(\w+)="([^"]*)"/g), ([, key = "", value = ""]) => [
      key,
      value,
    ]),
  );
  expect(said).toEqual({
    title: "Alertmanager++",
    description: expect.any(String),
    licenses: "Apache-2.0",
    version: "${VERSION}",
    revision: "${REVISION}",
    source: "${SOURCE}",
  });
});

test("the last stage, which is built where none is named, has a shell as Alertmanager's image has", () => {
  expect([...stages.keys()].at(-1)).toBe("busybox");
});

test("it is compiled for either machine on the one that builds", () => {
  const compile = allOf("build", "RUN").find((command) => command.includes("scripts/build"));
  for (const [machine, target] of [
    ["amd64", "linux-x64"],
    ["arm64", "linux-arm64"],
  ]) {
    expect(compile).toContain(`${machine}) machine=${target}`);
  }
  expect(compile).toContain('scripts/build --target "bun-$machine"');
});
