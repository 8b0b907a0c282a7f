const PLAIN = /^https?:\/\/[A-Za-z0-9._-]*(?::\d*)?(?:\/[!$-;=?-Z_a-z~]*)?$/;

/**
 * Whether `generatorURL` passes: an absolute URL or a path, once `#…` is dropped (spec §2.7), as Go's
 * `url.ParseRequestURI` decides.
 */
export function isRequestURI(text: string): boolean {
  // Nearly all are like this; a % in the path has to be looked at.
  if (PLAIN.test(text) && !text.slice(0, pathEnd(text)).includes("%")) return true;
  const fragment = text.indexOf("#");
  return parses(fragment < 0 ? text : text.slice(0, fragment));
}

function pathEnd(text: string): number {
  const question = text.indexOf("?");
  return question < 0 ? text.length : question;
}

function parses(text: string): boolean {
  // oxlint-disable-next-line no-control-regex -- Go refuses exactly these
  if (text === "" || /[\x00-\x1f\x7f]/.test(text)) return false;
  if (text === "*") return true;
  const scheme = /^([a-zA-Z][a-zA-Z0-9+.-]*):/.exec(text);
  if (scheme === null && text.startsWith(":")) return false;
  let rest = scheme === null ? text : text.slice(scheme[0].length);
  rest = rest.slice(0, pathEnd(rest));
  // With a scheme and no slash it is opaque.
  if (!rest.startsWith("/")) return scheme !== null;
  if (rest.startsWith("//") && (scheme !== null || !rest.startsWith("///"))) {
    const slash = rest.indexOf("/", 2);
    // Only with a scheme is there an authority: a request for `//x/y` is one for that path.
    if (scheme !== null) {
      if (!isAuthority(slash < 0 ? rest.slice(2) : rest.slice(2, slash), scheme[1] as string)) return false;
      rest = slash < 0 ? "" : rest.slice(slash);
    }
  }
  return validEscapes(rest);
}

function validEscapes(text: string): boolean {
  return !/%(?![0-9a-fA-F]{2})/.test(text);
}

function isAuthority(authority: string, scheme: string): boolean {
  const at = authority.lastIndexOf("@");
  if (at >= 0) {
    const user = authority.slice(0, at);
    if (!/^[A-Za-z0-9\-._:~!$&'()*+,;=%@]*$/.test(user) || !validEscapes(user)) return false;
  }
  return isHost(authority.slice(at + 1), scheme);
}

function isHost(host: string, scheme: string): boolean {
  const bracket = host.lastIndexOf("[");
  if (bracket >= 0) {
    const end = host.lastIndexOf("]");
    return bracket === 0 && end > 0 && isPort(host.slice(end + 1)) && isAddress(host.slice(1, end));
  }
  // Only a web address may not have two colons.
  const colon = /^https?$/i.test(scheme) ? host.indexOf(":") : host.lastIndexOf(":");
  if (colon >= 0 && !isPort(host.slice(colon))) return false;
  // Only escapes of bytes beyond ASCII may stand in a host.
  if (/%(?![89a-fA-F][0-9a-fA-F])/.test(host)) return false;
  return /^(?:[A-Za-z0-9\-._~!$&'()*+,;=:[\]<>"%]|\P{ASCII})*$/u.test(host);
}

function isAddress(address: string): boolean {
  const zone = address.indexOf("%25");
  if (zone >= 0) return isAddress(address.slice(0, zone)) && /^[^ `{}|\\^%]+$/.test(address.slice(zone + 3));
  return address.includes(":") && !/[^:]:$/.test(address) && URL.canParse(`http://[${address}]/`);
}

function isPort(text: string): boolean {
  return text === "" || /^:\d*$/.test(text);
}
