import { expect, test } from "bun:test";
import { CASES, explain, explained, lasting, Stage } from "../support/explain.ts";
import { startPostgres } from "../support/postgres.ts";
import { startReplicas } from "../support/replicas.ts";

test("servers on one database explain alike, whichever of them flushed the group, and after kill -9 of all", async () => {
  await using database = await startPostgres();
  await using stage = new Stage();
  await using replicas = await startReplicas({
    config: stage.config,
    postgres: database,
    count: 2,
    args: stage.args,
  });
  const { members } = replicas;
  const [first] = members;
  if (first === undefined) throw new Error("there is no server");
  await stage.play(first, members.length);

  const everybodyKnows = async (cases: readonly (readonly [string, Readonly<Record<string, string>>])[]) => {
    for (const [state, labels] of cases) {
      for (const member of members) await explained(member, labels, state);
    }
    for (const member of members) {
      expect((await explain(member, CASES.refused)).verdict.summary).toContain("status code 400: no such channel");
      expect((await explain(member, CASES.failed)).verdict.summary).toContain("status code 503: busy");
      const { groups } = await explain(member, CASES.refused);
      expect(groups[0]?.integrations[0]?.attempts).toMatchObject([{ outcome: "refused", statusCode: 400 }]);
    }
  };
  await everybodyKnows(Object.entries(CASES));
  await Promise.all(members.map((member) => member.kill()));
  for (const member of members) await member.start();
  await everybodyKnows(lasting());
}, 180_000);
