import type { Plain } from "../plain.ts";

const STYLE = "body{font-family:sans-serif;margin:2em auto;max-width:40em}code{background:#eee;padding:0 .3em}";

/** Links are relative so that they hold under any prefix. */
const HTML = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Alertmanager</title>
<style>${STYLE}</style>
</head>
<body>
<h1>Alertmanager</h1>
<p>The server is running.</p>
<ul>
<li><a href="api/v2/alerts">Alerts</a></li>
<li><a href="api/v2/alerts/groups">Alert groups</a></li>
<li><a href="api/v2/silences">Silences</a></li>
<li><a href="api/v2/status">Status</a></li>
<li><a href="metrics">Metrics</a></li>
</ul>
</body>
</html>
`;

const styleHash = new Bun.CryptoHasher("sha256").update(STYLE).digest("base64");

/** The page at `/`: it loads nothing and may load nothing. */
export const PAGE: Plain = {
  status: 200,
  headers: {
    "Content-Type": "text/html; charset=utf-8",
    "Cache-Control": "no-cache, no-store, must-revalidate",
    Pragma: "no-cache",
    Expires: "0",
    "Content-Security-Policy": `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    "X-Content-Type-Options": "nosniff",
  },
  body: HTML,
};
