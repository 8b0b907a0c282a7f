export { Discovery, type Discovered } from "./discovery.ts";
