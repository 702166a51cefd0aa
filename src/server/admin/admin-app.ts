import { Hono } from 'hono';
import type { MemoryJournal } from '../../journal/memory-journal.js';
import type { ServerStatus } from '../server-status.js';
import { callDetail, callSummary } from './call-json.js';
import type { Metrics } from './metrics.js';
import { createPage } from './page.js';
import type { Views } from './views.js';

export interface AdminAppOptions {
  readonly status: () => ServerStatus;
  readonly recent: MemoryJournal;
  readonly metrics: Metrics;
  readonly views: Views;
  readonly onProblem: (message: string, cause: unknown) => void;
}

const maxPage = 1000;

const apiHint =
  'The API is /api/status, /api/calls, /api/calls/SEQ, /api/clusters, /api/clusters/ID/inventory, /api/clusters/ID/snapshot and /api/verdict; see also /metrics and /healthz.';

/** The HTTP side of the server: to look on, never to change. */
export function createAdminApp({ status, recent, metrics, views, onProblem }: AdminAppOptions): Hono {
  const app = new Hono();
  const page = createPage();

  app.use(async (context, next) => {
    if (context.req.method !== 'GET' && context.req.method !== 'HEAD') {
      const { method, path } = context.req;
      return context.json(
        { error: `${method} ${path} is not allowed`, hint: 'Everything here is read with GET.' },
        405,
        {
          allow: 'GET, HEAD',
        },
      );
    }
    await next();
    context.header('x-content-type-options', 'nosniff');
    context.header('cache-control', 'no-store');
    return;
  });

  app.get('/', (context) => context.html(page.html, 200, { 'content-security-policy': page.contentSecurityPolicy }));
  app.get('/healthz', (context) => context.json({ status: 'ok', recordsLost: status().journal.lost }));
  app.get('/metrics', async (context) =>
    context.text(await metrics.text(), 200, { 'content-type': metrics.contentType }),
  );

  app.get('/api/status', (context) => context.json(status()));
  app.get('/api/calls', (context) => {
    const after = wholeNumber(context.req.query('after') ?? '0', Number.MAX_SAFE_INTEGER);
    const limit = wholeNumber(context.req.query('limit') ?? '100', maxPage);
    if (after === null || limit === null || limit === 0) {
      const hint = `after: the "next" of the answer before (0 for the first); limit: 1 to ${maxPage}.`;
      return context.json({ error: 'after and limit must be whole numbers within bounds', hint }, 400);
    }
    const calls = recent.after(after, limit);
    return context.json({
      calls: calls.map(callSummary),
      next: calls.at(-1)?.position ?? after,
      recent: recent.stats(),
    });
  });
  app.get('/api/calls/:seq', (context) => {
    const seq = wholeNumber(context.req.param('seq'), Number.MAX_SAFE_INTEGER);
    if (seq === null) {
      return context.json(
        { error: 'The number of a call must be a whole number', hint: 'See /api/calls for those there are.' },
        400,
      );
    }
    const call = recent.get(seq);
    if (call === null) {
      const hint = 'See /api/calls for those that are still known; older ones are in the journal, if one is kept.';
      return context.json({ error: `There is no call ${seq}`, hint }, 404);
    }
    return context.json(callDetail(call));
  });
  app.get('/api/clusters', async (context) => context.json({ clusters: await views.clusters() }));
  app.get('/api/verdict', async () => jsonBytes(await views.verdictJson()));
  const clusterViews = {
    inventory: { of: views.inventoryJson, what: 'No snapshot' },
    snapshot: { of: views.snapshotJson, what: 'No snapshot' },
    difference: { of: views.differenceJson, what: 'No two snapshots' },
  } as const;
  app.get('/api/clusters/:id/:view{inventory|snapshot|difference}', async (context) => {
    const { id, view } = context.req.param();
    const { of, what } = clusterViews[view as keyof typeof clusterViews];
    const bytes = await of(id);
    if (bytes === null) {
      const error = `${what} of cluster ${JSON.stringify(id.slice(0, 256))} ${what === 'No snapshot' ? 'is' : 'are'} held`;
      return context.json({ error, hint: 'See /api/clusters for those that are.' }, 404);
    }
    return jsonBytes(bytes);
  });

  app.notFound((context) =>
    context.json({ error: `There is no ${context.req.path.slice(0, 256)}`, hint: apiHint }, 404),
  );
  app.onError((error, context) => {
    onProblem(`The answer to ${context.req.method} ${context.req.path.slice(0, 256)} failed`, error);
    return context.json({ error: `plumbline failed: ${error.message}`, hint: 'The log of plumbline tells more.' }, 500);
  });
  return app;
}

function wholeNumber(text: string, max: number): number | null {
  const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  return value <= max ? value : null;
}

function jsonBytes(bytes: Uint8Array): Response {
  // A copy only in type: responses do not take views of shared memory.
  return new Response(bytes as Uint8Array<ArrayBuffer>, { headers: { 'content-type': 'application/json' } });
}
