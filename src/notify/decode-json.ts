import { checkJson } from "../cli/check-json.ts";

/**
 * Decodes a receiver's answer.
 *
 * @throws Error in the words of Go's json.Unmarshal
 */
export function decodeJson(text: string): unknown {
  checkJson(text);
  return JSON.parse(text);
}
