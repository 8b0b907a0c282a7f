import { goQuote } from "../core/model/goquote.ts";
import { checkHeaders, httpHeaders } from "./http-headers.ts";
import { list, map, optional, refuse, stringMap, strings } from "./schema/collections.ts";
import { proxyUrl, secret, secretItem } from "./schema/go-types.ts";
import { bool, string } from "./schema/scalars.ts";
import { shown, struct, type Mutable } from "./schema/struct.ts";
import { untypedMap } from "./schema/untyped.ts";
import { countSet, tlsConfig } from "./tls-config.ts";
import type { Authorization, BasicAuth, HttpConfig, OAuth2, ProxyConfig } from "./types.ts";

const basicAuth = struct<BasicAuth>({
  name: "config.BasicAuth",
  fields: {
    username: string,
    username_file: string,
    username_ref: string,
    password: secret,
    password_file: string,
    password_ref: string,
  },
  validate: () => undefined,
});

const authorization = struct<Authorization>({
  name: "config.Authorization",
  fields: { type: string, credentials: secret, credentials_file: string, credentials_ref: string },
});

const proxyFields = {
  proxy_url: proxyUrl,
  no_proxy: string,
  proxy_from_environment: bool,
  proxy_connect_header: map(list(secretItem, "config.Secret"), "config.ProxyHeader"),
};

const oauth2 = struct<OAuth2>({
  name: "config.OAuth2",
  fields: {
    client_id: string,
    client_secret: secret,
    client_secret_file: string,
    client_secret_ref: string,
    client_certificate_key_id: string,
    client_certificate_key: secret,
    client_certificate_key_file: string,
    client_certificate_key_ref: string,
    grant_type: string,
    signature_algorithm: string,
    iss: string,
    audience: string,
    claims: untypedMap,
    scopes: strings,
    token_url: string,
    endpoint_params: stringMap,
    tls_config: tlsConfig,
    ...proxyFields,
  },
  validate: checkProxy,
});

/** `http_config` (spec §4.6). */
export const httpConfig = struct<HttpConfig>({
  name: "config.HTTPClientConfig",
  fields: {
    basic_auth: optional(basicAuth),
    authorization: optional(authorization),
    oauth2: optional(oauth2),
    bearer_token: secret,
    bearer_token_file: string,
    tls_config: tlsConfig,
    follow_redirects: shown(bool),
    enable_http2: shown(bool),
    ...proxyFields,
    http_headers: httpHeaders,
  },
  defaults: () => ({ follow_redirects: true, enable_http2: true }),
  validate(http) {
    checkBasicAuth(http);
    if (http.authorization === undefined) authorizeByBearerToken(http);
    else http.authorization = checkAuthorization(http, http.authorization);
    if (http.oauth2 !== undefined) checkOAuth2(http, http.oauth2);
    checkProxy(http);
    if (http.http_headers !== undefined) checkHeaders(http.http_headers);
  },
});

/** What `http_config` is where nobody gives one. */
export function defaultHttpConfig(): HttpConfig {
  return { ...httpConfig.zero(), follow_redirects: true, enable_http2: true };
}

function hasBearerToken(http: HttpConfig): boolean {
  return http.bearer_token !== undefined || http.bearer_token_file !== "";
}

function checkBasicAuth(http: HttpConfig): void {
  const basic = http.basic_auth;
  if (http.bearer_token !== undefined && http.bearer_token_file !== "") {
    refuse("at most one of bearer_token & bearer_token_file must be configured");
  }
  if ((basic !== undefined || http.oauth2 !== undefined) && hasBearerToken(http)) {
    refuse("at most one of basic_auth, oauth2, bearer_token & bearer_token_file must be configured");
  }
  if (basic === undefined) return;
  if (countSet(basic.username, basic.username_file, basic.username_ref) > 1) {
    refuse("at most one of basic_auth username, username_file & username_ref must be configured");
  }
  if (countSet(basic.password, basic.password_file, basic.password_ref) > 1) {
    refuse("at most one of basic_auth password, password_file & password_ref must be configured");
  }
}

function checkAuthorization(http: HttpConfig, given: Authorization): Authorization {
  if (hasBearerToken(http)) refuse("authorization is not compatible with bearer_token & bearer_token_file");
  if (countSet(given.credentials, given.credentials_file, given.credentials_ref) > 1) {
    refuse("at most one of authorization credentials & credentials_file must be configured");
  }
  const type = given.type.trim() || "Bearer";
  if (type.toLowerCase() === "basic") {
    refuse(`authorization type cannot be set to ${goQuote("basic")}, use ${goQuote("basic_auth")} instead`);
  }
  if (http.basic_auth !== undefined || http.oauth2 !== undefined) {
    refuse("at most one of basic_auth, oauth2 & authorization must be configured");
  }
  return { ...given, type };
}

/** The deprecated keys become `authorization`. */
function authorizeByBearerToken(http: Mutable<HttpConfig>): void {
  if (!hasBearerToken(http)) return;
  http.authorization = {
    type: "Bearer",
    credentials: http.bearer_token,
    credentials_file: http.bearer_token_file,
    credentials_ref: "",
  };
  http.bearer_token = undefined;
  http.bearer_token_file = "";
}

const JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer";

function checkOAuth2(http: HttpConfig, given: OAuth2): void {
  if (http.basic_auth !== undefined) refuse("at most one of basic_auth, oauth2 & authorization must be configured");
  if (given.client_id === "") refuse("oauth2 client_id must be configured");
  if (given.token_url === "") refuse("oauth2 token_url must be configured");
  if (given.grant_type === JWT_BEARER) {
    const { client_certificate_key: key, client_certificate_key_file: file, client_certificate_key_ref: ref } = given;
    if (countSet(key, file, ref) > 1) {
      refuse(
        `at most one of oauth2 client_certificate_key, client_certificate_key_file & client_certificate_key_ref must be configured using grant-type=${JWT_BEARER}`,
      );
    }
    if (!["", "RS256", "RS384", "RS512"].includes(given.signature_algorithm)) {
      refuse("valid signature algorithms are RS256, RS384 and RS512");
    }
  } else if (countSet(given.client_secret, given.client_secret_file, given.client_secret_ref) > 1) {
    refuse(
      "at most one of oauth2 client_secret, client_secret_file & client_secret_ref must be configured using grant-type=client_credentials",
    );
  }
}

function checkProxy(proxy: ProxyConfig): void {
  const hasUrl = proxy.proxy_url !== undefined && proxy.proxy_url.reveal() !== "";
  if (Object.keys(proxy.proxy_connect_header).length > 0 && !proxy.proxy_from_environment && !hasUrl) {
    refuse("if proxy_connect_header is configured, proxy_url or proxy_from_environment must also be configured");
  }
  if (proxy.proxy_from_environment && hasUrl) {
    refuse("if proxy_from_environment is configured, proxy_url must not be configured");
  }
  if (proxy.proxy_from_environment && proxy.no_proxy !== "") {
    refuse("if proxy_from_environment is configured, no_proxy must not be configured");
  }
  if (proxy.proxy_url === undefined && proxy.no_proxy !== "") {
    refuse("if no_proxy is configured, proxy_url must also be configured");
  }
}

/** A copy that can be changed without changing the one it came from. */
export function copyHttpConfig(http: HttpConfig | undefined): HttpConfig {
  return http === undefined ? defaultHttpConfig() : { ...http, tls_config: { ...http.tls_config } };
}
