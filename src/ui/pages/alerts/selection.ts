import { useCallback, useMemo, useState } from "react";
import type { Alert } from "../../api/types.ts";

export interface Selection {
  readonly alerts: ReadonlyMap<string, Alert>;
  toggle(alert: Alert): void;
  add(alerts: readonly Alert[]): void;
  clear(): void;
}

/** Which alerts are selected, by fingerprint. */
export function useSelection(): Selection {
  const [alerts, set] = useState<ReadonlyMap<string, Alert>>(new Map());
  const toggle = useCallback((alert: Alert) => {
    set((before) => {
      const after = new Map(before);
      if (!after.delete(alert.fingerprint)) after.set(alert.fingerprint, alert);
      return after;
    });
  }, []);
  const add = useCallback((more: readonly Alert[]) => {
    set((before) => new Map([...before, ...more.map((alert) => [alert.fingerprint, alert] as const)]));
  }, []);
  const clear = useCallback(() => set(new Map()), []);
  return useMemo(() => ({ alerts, toggle, add, clear }), [alerts, toggle, add, clear]);
}
