import { expect, test } from "bun:test";
import { Query } from "./query.ts";

test("reads pairs as Go's url.ParseQuery does", () => {
  const query = new Query("a=1&a=2&b&=x&c=a%20b+c%3D&%64=e&&f=%zz&g;h=1&i=%C3%A9");
  expect(query.all("a")).toEqual(["1", "2"]);
  expect(query.last("a")).toBe("2");
  expect(query.all("b")).toEqual([""]);
  expect(query.all("")).toEqual(["x"]);
  expect(query.last("c")).toBe("a b c=");
  expect(query.last("d")).toBe("e");
  expect(query.all("f")).toEqual([]);
  expect(query.all("h")).toEqual([]);
  expect(query.last("i")).toBe("é");
});

test("bytes that are no UTF-8 become the replacement character", () => {
  expect(new Query("a=x%FFy%20z").last("a")).toBe("x\ufffdy z");
});

test.each(["true", "TRUE", "1", "yes", "ok", "y", "on", "selected", "checked", "t", "Enabled", ""])(
  "%p switches a flag on",
  (value) => {
    expect(new Query(`flag=${value}`).flag("flag")).toBe(true);
  },
);

test.each(["false", "0", "no", "maybe", "truee", "on%20"])("%p switches a flag off", (value) => {
  expect(new Query(`flag=${value}`).flag("flag")).toBe(false);
});

test("an absent flag is on, and the last value of a repeated one counts", () => {
  expect(new Query("").flag("flag")).toBe(true);
  expect(new Query("flag=false&flag=true").flag("flag")).toBe(true);
  expect(new Query("flag=true&flag=false").flag("flag")).toBe(false);
});
