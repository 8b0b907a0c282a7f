import { useMantineColorScheme } from "@mantine/core";
import { useEffect, useRef } from "react";
import uPlot from "uplot";
import type { Stats } from "../../api/types.ts";
import { exactTime } from "../../text/time.ts";

export const SERIES = [
  { key: "firing", name: "Began firing", light: "#c01c28", dark: "#ff8b8b", dash: [] },
  { key: "resolved", name: "Resolved", light: "#0b6b43", dark: "#7fdcae", dash: [6, 3] },
  { key: "notified", name: "Notified", light: "#2b3fb0", dark: "#a9b8ff", dash: [2, 2] },
  { key: "failed", name: "Failed to notify", light: "#8a4b00", dark: "#ffc46b", dash: [10, 4] },
] as const;

const CLOCK = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const DATE = new Intl.DateTimeFormat(undefined, { month: "short", day: "numeric" });

/** A moment at the axis of a chart so many ms long: midnight and what is farther apart by the day. */
function tick(at: Date, length: number): string {
  const isMidnight = at.getHours() === 0 && at.getMinutes() === 0;
  return isMidnight || length > 3 * 86_400_000 ? DATE.format(at) : CLOCK.format(at);
}

interface ChartProps {
  /** Those in which something happened, in order. */
  readonly buckets: Stats["buckets"];
  readonly from: Date;
  readonly to: Date;
  /** ms: how long a bucket is. */
  readonly step: number;
  /** Told of a stretch that was drawn over. */
  readonly onRange: (from: Date, to: Date) => void;
}

/** How much happened when. Drawing over a stretch goes into it. */
export default function Chart({ buckets, from, to, step, onRange }: ChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const chosen = useRef(onRange);
  chosen.current = onRange;
  const { colorScheme } = useMantineColorScheme();
  const start = from.getTime();
  const end = to.getTime();
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const dark = document.documentElement.dataset.mantineColorScheme === "dark";
    const ink = dark ? "#ccd2dc" : "#3d4552";
    const grid = { stroke: dark ? "#3b4049" : "#e3e6eb", width: 1 };
    const times = timesOf(buckets, start, end, step);
    const byTime = new Map(buckets.map((bucket) => [new Date(bucket.at).getTime(), bucket]));
    const data: uPlot.AlignedData = [
      times.map((at) => at / 1000),
      ...SERIES.map(({ key }) => times.map((at) => byTime.get(at)?.[key] ?? 0)),
    ];
    const plot = new uPlot(
      {
        width: element.clientWidth,
        height: 220,
        scales: { x: { range: [start / 1000, end / 1000] } },
        cursor: { drag: { x: true, y: false, setScale: false } },
        legend: { live: false },
        axes: [
          {
            stroke: ink,
            grid,
            ticks: grid,
            values: (_, times) => times.map((at) => tick(new Date(at * 1000), end - start)),
          },
          { stroke: ink, grid, ticks: grid, size: 56 },
        ],
        series: [
          {},
          ...SERIES.map(({ name, light, dark: darkTone, dash }, n) => ({
            label: name,
            stroke: dark ? darkTone : light,
            width: 2,
            dash: [...dash],
            ...(n === 0 ? { fill: dark ? "#ff8b8b22" : "#c01c281a" } : {}),
            points: { show: false },
          })),
        ],
        hooks: {
          setSelect: [
            (self) => {
              const { left, width } = self.select;
              if (width < 8) return;
              const moment = (x: number) => new Date(self.posToVal(x, "x") * 1000);
              chosen.current(moment(left), moment(left + width));
            },
          ],
        },
      },
      data,
      element,
    );
    const observer = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height: 220 }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      plot.destroy();
    };
  }, [buckets, start, end, step, colorScheme]);
  return (
    <figure className="chart">
      <div ref={place} role="img" aria-label="Alerts and notifications over time; the same as a table below" />
      <details>
        <summary className="small">As a table</summary>
        <div className="chart-table" tabIndex={0} role="region" aria-label="Alerts and notifications over time">
          <table>
            <thead>
              <tr>
                <th scope="col">From</th>
                {SERIES.map(({ key, name }) => (
                  <th key={key} scope="col">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {buckets
                .filter((bucket) => SERIES.some(({ key }) => bucket[key] > 0))
                .map((bucket) => (
                  <tr key={bucket.at}>
                    <th scope="row">{exactTime(new Date(bucket.at))}</th>
                    {SERIES.map(({ key }) => (
                      <td key={key}>{bucket[key].toLocaleString()}</td>
                    ))}
                  </tr>
                ))}
            </tbody>
          </table>
        </div>
      </details>
    </figure>
  );
}

/** The beginnings of all buckets, also of those in which nothing happened and which are not told. */
function timesOf(buckets: Stats["buckets"], from: number, to: number, step: number): number[] {
  const [first] = buckets;
  const phase = first === undefined ? from : new Date(first.at).getTime();
  const times: number[] = [];
  for (let at = phase - Math.ceil((phase - from) / step) * step; at < to; at += step) times.push(at);
  return times;
}
