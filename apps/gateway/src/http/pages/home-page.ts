import { pageCsp } from './page-csp.js';

const style = `
  :root { color-scheme: light dark; font: 1rem/1.6 system-ui, sans-serif; }
  body { max-width: 42rem; margin: 4rem auto; padding: 0 1.5rem; }
  h1 { font-size: 2rem; margin: 0 0 .25rem; }
  code { font: .95em ui-monospace, monospace; }
  li { margin: .25rem 0; }
`;

/** The page at `/` of an installation without a console. */
export const homePage = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Loom</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>Loom</h1>
<p>Feature flags, targeting, kill switches and product events. This is its API; changes reach every connected application within a second.</p>
<ul>
<li><a href="/api/docs">Reference</a>: every route, its errors and an example, also as an <a href="/api/openapi.json">OpenAPI document</a></li>
<li><a href="/.well-known/jwks.json">Public keys</a> of access tokens</li>
<li><a href="/readyz">Readiness</a>, <a href="/version">version</a> and <a href="/metrics">metrics</a> of this process</li>
</ul>
<p>Sign in with <code>POST /api/auth/login</code>. Applications evaluate with <code>POST /ofrep/v1/evaluate/flags</code> or
<code>POST /api/flags/evaluate</code>, follow changes with <code>GET /api/flags/stream</code> and send events with
<code>POST /api/analytics/capture</code>.</p>
</main>
</body>
</html>
`;

export const homePageCsp = pageCsp(style);
