import { expect, test } from "bun:test";
import { CHATS } from "../../test/compat/receivers/chats.ts";
import { sendOnce } from "../../test/compat/receivers/replay.ts";

const send = (config: string) =>
  sendOnce("webex", CHATS.webex, `api_url: @BASE@/\nhttp_config: {authorization: {credentials: tok}}\n${config}`);

test("a message is cut at 7439 bytes, between two characters", async () => {
  // 3 + 7437 bytes: one too many. What is left of the limit after the mark's 3 bytes does not end between characters.
  const { requests, warned } = await send(`room_id: r\nmessage: '{{ printf "%07437d" 0 }}€'`);
  expect(requests[0]?.body).toBe(`{"markdown":"${"0".repeat(7436)}…","roomId":"r"}\n`);
  expect(warned).toEqual([]);
});

test("a message of 7439 bytes fits", async () => {
  const { requests } = await send(`room_id: r\nmessage: '{{ printf "%07436d" 0 }}€'`);
  expect(requests[0]?.body).toBe(`{"markdown":"${"0".repeat(7436)}€","roomId":"r"}\n`);
});

test("a room whose template fails is left out, and the message goes out", async () => {
  const { requests, outcome } = await send("room_id: '{{ .Nope }}'\nmessage: m");
  expect(outcome).toEqual({ ok: true });
  expect(requests[0]?.body).toBe('{"markdown":"m"}\n');
});

test("a message whose template fails is not sent", async () => {
  const { requests, outcome } = await send("room_id: r\nmessage: '{{ .Nope }}'");
  expect(outcome).toMatchObject({ ok: false, retry: false, reason: "other" });
  expect(requests).toEqual([]);
});
