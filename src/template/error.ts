/** A template that does not parse or does not execute; the message is the one Go gives. */
export class TemplateError extends Error {
  override readonly name = "TemplateError";
}
