import { expect, test } from "bun:test";
import { exposition } from "./exposition.ts";
import { family, formatNumber } from "./family.ts";
import { Gauge, Histogram, Summary, Vec } from "./instruments.ts";

// What Go's strconv.FormatFloat(v, 'g', -1, 64) gives.
test.each([
  [0, "0"],
  [1, "1"],
  [-5, "-5"],
  [0.1, "0.1"],
  [100_000, "100000"],
  [123_456, "123456"],
  [999_999, "999999"],
  [1_000_000, "1e+06"],
  [1_234_567, "1.234567e+06"],
  [21_000_000, "2.1e+07"],
  [-10_000_000, "-1e+07"],
  [49_510_912_633_052, "4.9510912633052e+13"],
  [1_795_458_262.215_856_6, "1.7954582622158566e+09"],
  [1e20, "1e+20"],
  [1e21, "1e+21"],
  [2 ** 64, "1.8446744073709552e+19"],
  [0.0001, "0.0001"],
  [0.000_12, "0.00012"],
  [0.000_01, "1e-05"],
  [0.000_015, "1.5e-05"],
  [4.2363e-5, "4.2363e-05"],
  [Number.NaN, "NaN"],
  [Number.POSITIVE_INFINITY, "+Inf"],
  [Number.NEGATIVE_INFINITY, "-Inf"],
])("writes %p as Go does", (value, text) => {
  expect(formatNumber(value)).toBe(text);
});

test("a histogram is cumulative, its bounds included, and ends in +Inf", () => {
  const histogram = new Vec(["b", "a"], () => new Histogram([1, 1e6]));
  for (const value of [0.5, 1, 1.5, 2e6]) histogram.with("x", "y").observe(value);
  expect(exposition([family("h", 'a "\\\n', "histogram", ["b", "a"], histogram)])).toBe(
    [
      '# HELP h a "\\\\\\n',
      "# TYPE h histogram",
      'h_bucket{a="y",b="x",le="1"} 2',
      'h_bucket{a="y",b="x",le="1e+06"} 3',
      'h_bucket{a="y",b="x",le="+Inf"} 4',
      'h_sum{a="y",b="x"} 2.000003e+06',
      'h_count{a="y",b="x"} 4',
      "",
    ].join("\n"),
  );
});

test("a summary has no quantiles", () => {
  const summary = new Summary();
  summary.observe(2);
  summary.observe(3);
  expect(exposition([family("s", "", "summary", [], summary)])).toBe(
    "# HELP s \n# TYPE s summary\ns_sum 5\ns_count 2\n",
  );
});

test("a family without series is not shown, others are sorted by name", () => {
  const gauge = new Gauge();
  gauge.read = () => 7;
  const none = family("a", "", "gauge", ["x"], new Vec(["x"], () => new Gauge()));
  expect(exposition([family("c", "", "gauge", [], gauge), none, family("b", "", "gauge", [], new Gauge())])).toBe(
    "# HELP b \n# TYPE b gauge\nb 0\n# HELP c \n# TYPE c gauge\nc 7\n",
  );
});
