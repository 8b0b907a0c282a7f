import { ZONE_ABBREVIATIONS } from "./zones.data.ts";

/** A time zone: gives each moment its offset and name. */
export interface Location {
  /** As Go's Location.String gives it: `UTC`, `Local`, an IANA name, or "" for a bare offset. */
  readonly name: string;
  /** @param seconds since 1970-01-01T00:00:00Z */
  lookup(seconds: number): ZoneAt;
}

export interface ZoneAt {
  /** Abbreviation such as CET; "" when it has none. */
  readonly name: string;
  /** Seconds east of UTC. */
  readonly offset: number;
}

function fixed(name: string, zone: ZoneAt): Location {
  return { name, lookup: () => zone };
}

export const UTC_LOCATION: Location = fixed("UTC", { name: "UTC", offset: 0 });

export function fixedZone(name: string, offset: number): Location {
  return fixed(name, { name, offset });
}

/** What Temporal can represent; beyond, the zone's rule at the edge is taken. */
const MAX_SECONDS = 8_640_000_000_000;

type Abbreviations = ReadonlyMap<number, string>;

let zones: ReadonlyMap<string, Abbreviations> | undefined;

function allZones(): ReadonlyMap<string, Abbreviations> {
  zones ??= new Map(
    Object.entries(ZONE_ABBREVIATIONS).flatMap(([abbreviations, names]) => {
      const parts = abbreviations.split(" ");
      const byOffset = new Map<number, string>();
      for (let i = 0; i + 1 < parts.length; i += 2) byOffset.set(Number(parts[i + 1]), parts[i] as string);
      return names.split(" ").map((name) => [name, byOffset] as const);
    }),
  );
  return zones;
}

/** The name the tz database gives a time without an abbreviation: `+0530`, `-03`. */
function numericName(offset: number): string {
  const minutes = Math.floor(Math.abs(offset) / 60);
  const two = (n: number) => String(n).padStart(2, "0");
  return (offset < 0 ? "-" : "+") + two(Math.floor(minutes / 60)) + (minutes % 60 === 0 ? "" : two(minutes % 60));
}

/** Where every zone had begun to keep standard time. */
const STANDARD_TIME = -900_000_000; // 1941

function zoneLocation(name: string, zone: string): Location {
  const abbreviations = allZones().get(zone);
  return {
    name,
    lookup(seconds) {
      const ms = Math.max(-MAX_SECONDS, Math.min(MAX_SECONDS, seconds)) * 1000;
      const time = Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(zone);
      const offset = time.offsetNanoseconds / 1e9;
      const isLocalMeanTime =
        seconds < STANDARD_TIME &&
        time.getTimeZoneTransition("previous") === null &&
        time.getTimeZoneTransition("next") !== null;
      return { name: isLocalMeanTime ? "LMT" : (abbreviations?.get(offset) ?? numericName(offset)), offset };
    },
  };
}

let local: Location | undefined;

/** The zone of this process. Its name is that of the variable TZ where that is set. */
export function localLocation(): Location {
  if (local === undefined) {
    const zone = Temporal.Now.timeZoneId();
    const name = process.env["TZ"] === undefined ? "Local" : zone;
    local = zone === "UTC" ? fixed(name, { name: "UTC", offset: 0 }) : zoneLocation(name, zone);
  }
  return local;
}

// There winter time is the one that saves daylight, as the tz database has it.
const WINTER_SAVING: ReadonlySet<string> = new Set(["Europe/Dublin", "Eire", "Africa/Casablanca", "Africa/El_Aaiun"]);

/** Whether daylight saving time is in force: the offset is not that of the other half of the year. */
export function isDaylightSaving(location: Location, seconds: number): boolean {
  const half = 182 * 86_400;
  const now = location.lookup(seconds).offset;
  const others = [location.lookup(seconds + half).offset, location.lookup(seconds - half).offset];
  return WINTER_SAVING.has(location.name) ? now < Math.max(...others) : now > Math.min(...others);
}

const loaded = new Map<string, Location>();

/** Go's time.LoadLocation. Undefined when there is no such zone. */
export function loadLocation(name: string): Location | undefined {
  if (name === "" || name === "UTC") return UTC_LOCATION;
  if (name === "Local") return localLocation();
  const known = loaded.get(name);
  if (known !== undefined) return known;
  if (!allZones().has(name)) return undefined;
  const location = zoneLocation(name, name);
  loaded.set(name, location);
  return location;
}
