import type { ReactNode } from "react";

const BYTES = new Intl.NumberFormat(undefined, {
  notation: "compact",
  style: "unit",
  unit: "byte",
  unitDisplay: "narrow",
  maximumFractionDigits: 1,
});

/** Figures side by side. */
export function Facts({ of }: { readonly of: Readonly<Record<string, ReactNode>> }) {
  return (
    <dl className="facts-grid">
      {Object.entries(of).map(([name, value]) => (
        <div key={name} className="fact">
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** Whatever an answer holds, by name: objects in objects are written as `a.b`. */
export function Pairs({ of }: { readonly of: Readonly<Record<string, unknown>> }) {
  return (
    <dl className="pairs">
      {flat(of).map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function flat(value: Readonly<Record<string, unknown>>, before = ""): readonly (readonly [string, string])[] {
  return Object.entries(value).flatMap(([name, one]) =>
    typeof one === "object" && one !== null && !Array.isArray(one)
      ? flat(one as Record<string, unknown>, `${before}${name}.`)
      : [[before + name, textOf(name, one)] as const],
  );
}

/** Numbers of bytes, by their names, as one reads them. */
function textOf(name: string, value: unknown): string {
  if (value === null || value === "") return "–";
  if (Array.isArray(value)) return value.join(", ");
  if (typeof value === "number") return name.endsWith("Bytes") ? BYTES.format(value) : value.toLocaleString();
  return String(value);
}
