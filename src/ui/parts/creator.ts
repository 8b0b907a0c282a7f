import { useQuery } from "@tanstack/react-query";
import { plus } from "../api/client.ts";
import type { Me } from "../api/types.ts";

/** Who the server takes us for; undefined until it has said so. */
export function useMe(): Me | undefined {
  return useQuery({ queryKey: ["me"], queryFn: () => plus<Me>("/me"), staleTime: 60_000 }).data;
}

// As upstream's page names it, so that who changes over keeps their name.
const KEY = "defaultCreator";

export function rememberedCreator(): string {
  const kept = localStorage.getItem(KEY) ?? "";
  // Upstream's page keeps JSON.
  return kept.startsWith('"') ? (JSON.parse(kept) as string) : kept;
}

export function rememberCreator(name: string): void {
  localStorage.setItem(KEY, name);
}

/** The name under which silences are made: whom the server knows, otherwise what was given last. */
export function useCreator(): string {
  const me = useMe();
  return me !== undefined && me.access === "on" ? me.name : rememberedCreator();
}
