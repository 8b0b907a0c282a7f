export type { Admits, Client, OnRequest } from "./guard.ts";
export { openListeners, type Listeners, type ListenOptions } from "./open-listeners.ts";
