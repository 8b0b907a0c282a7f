import { NO_TLS_CONFIG } from "../config/no-tls-config.ts";
import type { HttpConfig } from "../config/types.ts";

/** Without a file: no authentication, and proxies as the environment says. */
export const DIRECT: HttpConfig = {
  basic_auth: undefined,
  authorization: undefined,
  oauth2: undefined,
  bearer_token: undefined,
  bearer_token_file: "",
  tls_config: NO_TLS_CONFIG,
  proxy_url: undefined,
  no_proxy: "",
  proxy_from_environment: true,
  proxy_connect_header: {},
  follow_redirects: true,
  enable_http2: true,
  http_headers: undefined,
};
