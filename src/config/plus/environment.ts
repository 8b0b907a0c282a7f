export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Puts environment variables in: `${NAME}`, `${NAME:-default}`; `$${` is a plain `${`.
 * @param secret whether errors must not show the text
 * @throws Error where a variable is not set and has no default, or a `${` is not closed
 */
export function expand(text: string, environment: Environment, secret = false): string {
  return text.replaceAll(/\$?\$\{([^}]*)(\}?)/g, (whole, reference: string, close: string) => {
    if (whole.startsWith("$$")) return whole.slice(1);
    const [, name = "", fallback] = /^([A-Za-z_][A-Za-z0-9_]*)(?::-(.*))?$/s.exec(reference) ?? [];
    if (name === "" || close === "") {
      const held = secret ? 'holds a "${"' : `${JSON.stringify(text)} holds ${JSON.stringify(whole)}`;
      throw new Error(`${held}; expected \${NAME} or \${NAME:-default}`);
    }
    const value = environment[name];
    if (fallback !== undefined) return value === undefined || value === "" ? fallback : value;
    if (value === undefined) throw new Error(`the environment variable ${name} is not set and has no default`);
    return value;
  });
}
