import { createHash } from 'node:crypto';
import { pageScript } from './page-script.js';
import { pageStyle } from './page-style.js';

/** The live page, whole in one document: it loads nothing but /api. */
export interface Page {
  readonly html: string;
  /** Nothing else than the page's own script and style may run. */
  readonly contentSecurityPolicy: string;
}

export function createPage(): Page {
  const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>plumbline</title>
<link rel="icon" href="data:,">
<style>${pageStyle}</style>
</head>
<body>
<header>
  <h1>plumbline</h1>
  <p id="status" role="status">connecting&hellip;</p>
</header>
<p id="alarm" role="alert" hidden></p>
<main>
  <section aria-labelledby="clusters-title">
    <h2 id="clusters-title">Clusters</h2>
    <table>
      <thead><tr><th>cluster</th><th>state</th><th>version</th><th>last report</th><th>what is shown</th><th>why not</th></tr></thead>
      <tbody id="clusters"></tbody>
    </table>
  </section>
  <section aria-labelledby="rules-title">
    <h2 id="rules-title">Rules <small id="outcome"></small></h2>
    <table>
      <thead><tr><th>rule</th><th>level</th><th>findings</th><th>the first of them</th></tr></thead>
      <tbody id="rules"></tbody>
    </table>
  </section>
  <section aria-labelledby="calls-title">
    <h2 id="calls-title">Calls <small>the latest first; select one for its content</small></h2>
    <table>
      <thead><tr><th>#</th><th>time</th><th>peer</th><th>path</th><th>outcome</th><th>status</th><th class="number">request</th><th class="number">took</th></tr></thead>
      <tbody id="calls"></tbody>
    </table>
  </section>
  <section aria-labelledby="detail-title" id="detail-section" hidden>
    <h2 id="detail-title">Call</h2>
    <pre id="detail" tabindex="0"></pre>
  </section>
</main>
<script>${pageScript}</script>
</body>
</html>
`;
  const contentSecurityPolicy = [
    "default-src 'none'",
    "connect-src 'self'",
    'img-src data:',
    `script-src ${hashSource(pageScript)}`,
    `style-src ${hashSource(pageStyle)}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
  return { html, contentSecurityPolicy };
}

function hashSource(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}
