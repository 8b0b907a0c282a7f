import { useEffect, useRef } from "react";
import { go, href } from "../route.ts";
import { DESTINATIONS } from "./navigation.ts";

type Keys = Readonly<Record<string, (event: KeyboardEvent) => void>>;

/** What each mounted part answers to; the last one mounted comes first. */
const stack: { current: Keys }[] = [];
let afterG = 0;

const byKey = new Map(DESTINATIONS.flat().map(({ key, path }) => [key, path]));

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable ||
      target.matches("input:not([type=checkbox],[type=radio]), textarea, select, [role=option]"))
  );
}

function pressed(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  // A menu that is open has the keys to itself, too.
  if (document.querySelector("dialog[open]") !== null) return;
  if (event.target instanceof Element && event.target.closest("[role=dialog]") !== null) return;
  if (afterG > 0 && event.timeStamp - afterG < 1500) {
    afterG = 0;
    const path = byKey.get(event.key);
    if (path !== undefined) {
      event.preventDefault();
      go(href(`/${path}`));
      return;
    }
  }
  if (event.key === "g") {
    afterG = event.timeStamp;
    return;
  }
  for (const keys of stack.toReversed()) {
    const act = keys.current[event.key];
    if (act === undefined) continue;
    event.preventDefault();
    act(event);
    return;
  }
}

/** Starts listening to the keyboard. */
export function listenToKeys(): void {
  document.addEventListener("keydown", pressed);
}

/** Keys that do something while the calling part is shown; not while somebody types or a dialog is open. */
export function useKeys(keys: Keys): void {
  const current = useRef(keys);
  current.current = keys;
  useEffect(() => {
    stack.push(current);
    return () => void stack.splice(stack.indexOf(current), 1);
  }, []);
}
