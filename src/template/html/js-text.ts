const JS_TYPES: ReadonlySet<string> = new Set(
  (
    "application/ecmascript application/javascript application/json application/ld+json application/x-ecmascript " +
    "application/x-javascript module text/ecmascript text/javascript text/javascript1.0 text/javascript1.1 " +
    "text/javascript1.2 text/javascript1.3 text/javascript1.4 text/javascript1.5 text/jscript text/livescript " +
    "text/x-ecmascript text/x-javascript"
  ).split(" "),
);

/** Whether the type attribute of a script says that it holds JavaScript or JSON. */
export function isJSType(mimeType: string): boolean {
  const type = (mimeType.split(";")[0] as string).toLowerCase().trim();
  return type === "" || JS_TYPES.has(type);
}
