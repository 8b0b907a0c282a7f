import type { ReactNode } from "react";

interface TableProps {
  readonly label: string;
  /** On a phone the last column stands below the others, in all of the width. */
  readonly stacked?: boolean;
  readonly children: ReactNode;
}

/** A table that scrolls sideways by itself where there is little room. */
export function Table({ label, stacked = false, children }: TableProps) {
  return (
    <div className="table-frame" tabIndex={0} role="region" aria-label={label}>
      <table className={stacked ? "table stacked" : "table"}>{children}</table>
    </div>
  );
}
