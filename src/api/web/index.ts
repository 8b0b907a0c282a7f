export type { Admits, Client, OnRequest } from "./guard.ts";
export { openListeners, type Listeners } from "./open-listeners.ts";
