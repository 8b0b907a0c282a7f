import { expect, test } from "bun:test";
import { parseTimestamp } from "../../core/model/timestamp.ts";
import { parsePlainTimestamp } from "./plain-time.ts";

test.each([
  "2026-11-23T10:00:00Z",
  "2026-11-23T10:59:59.1Z",
  "1970-01-01T00:00:00.123456789Z",
  "1969-12-28T23:59:59.999999999Z",
  "1000-02-28T23:59:59.000000001Z",
  "9999-12-28T23:59:59.987Z",
])("reads %s as the general reader does", (text) => {
  expect(parsePlainTimestamp(text)).toEqual(parseTimestamp(text));
});

test.each([
  "",
  "2026-11-23",
  "2026-11-29T10:00:00Z",
  "0999-11-23T10:00:00Z",
  "2026-11-23T10:00:00",
  "2026-11-23T10:00:00+00:00",
  "2026-11-23T10:00:00.Z",
  "2026-11-23T10:00:00,5Z",
  "2026-11-23T10:00:00.1234567890Z",
  "2026-11-23 10:00:00Z",
  "2026-00-23T10:00:00Z",
  "2026-13-23T10:00:00Z",
  "2026-11-00T10:00:00Z",
  "2026-11-23T24:00:00Z",
  "2026-11-23T10:60:00Z",
  "2026-11-23T10:00:60Z",
  "2026-11-23T10:00:00.12x4Z",
  "2026-1a-23T10:00:00Z",
  "+026-11-23T10:00:00Z",
])("leaves %p to the general reader", (text) => {
  expect(parsePlainTimestamp(text)).toBeUndefined();
});
