import { expect, test } from "bun:test";
import { configOf, MINUTE, route, world } from "./engine-harness.ts";

/** One webhook that is told of all, and one that is told of what is critical. */
async function withFilter() {
  const config = configOf({});
  const publishers = {
    ...config.publishers,
    targets: (receiver: string) => {
      const [all] = config.publishers.targets(receiver);
      if (all === undefined) throw new Error("no target");
      const filter = {
        wants: ({ labels }: { labels: { get(name: string): string } }) => labels.get("severity") === "critical",
      };
      return [all, { ...all, receiver: "filtered", type: "secret:ns:name", filter }];
    },
  };
  const self = await world({ route: route() });
  self.config = { ...config, publishers };
  await self.engine.apply(self.config);
  const told = () => self.sent.filter(({ receiver }) => receiver === "filtered");
  return { ...self, told, post: self.post };
}

test("a target with a filter is told of the alerts it wants and of no others", async () => {
  const { post, clock, told, sent } = await withFilter();
  await post({ alertname: "A", instance: "mild", severity: "warning" });
  await post({ alertname: "A", instance: "bad", severity: "critical" });
  await clock.advance(MINUTE);
  expect(told().map(({ firing, reason }) => ({ firing, reason }))).toEqual([
    { firing: ["bad"], reason: "first notification" },
  ]);
  expect(sent.find(({ receiver }) => receiver === "r")?.firing).toEqual(["bad", "mild"]);
});

test("nothing is sent where nothing is wanted, and a resolved notification follows only what was told", async () => {
  const { post, clock, told } = await withFilter();
  await post({ alertname: "A", instance: "mild", severity: "warning" });
  await clock.advance(MINUTE);
  expect(told()).toEqual([]);
  await post({ alertname: "A", instance: "bad", severity: "critical" });
  await clock.advance(5 * MINUTE);
  await post({ alertname: "A", instance: "mild", severity: "warning" }, { endsIn: 0 });
  await post({ alertname: "A", instance: "bad", severity: "critical" }, { endsIn: 0 });
  await clock.advance(5 * MINUTE);
  expect(told().map(({ firing, resolved }) => ({ firing, resolved }))).toEqual([
    { firing: ["bad"], resolved: [] },
    { firing: [], resolved: ["bad"] },
  ]);
});
