import { type Context, Hono } from 'hono';
import type { MemoryJournal } from '../../journal/memory-journal.js';
import type { ServerModel } from '../model/server-model.js';
import type { ServerStatus } from '../server-status.js';
import type { RemoteConsole } from '../streams/remote-execute.js';
import { foreignPage } from './browser-guard.js';
import { callDetail, callSummary } from './call-json.js';
import type { Metrics } from './metrics.js';
import { createPage } from './page.js';
import { createPeopleViews } from './people-views.js';
import { remoteExecuteRoute } from './remote-execute-route.js';
import { failure, toResponse } from './rest/envelope.js';
import { createRestApp } from './rest/rest-app.js';
import type { RestModel } from './rest/rest-model.js';
import type { Views } from './views.js';

export interface AdminAppOptions {
  readonly status: () => ServerStatus;
  readonly recent: MemoryJournal;
  readonly metrics: Metrics;
  readonly views: Views;
  readonly model: ServerModel;
  readonly rest: RestModel;
  readonly remote: RemoteConsole;
  readonly onProblem: (message: string, cause: unknown) => void;
}

const maxPage = 1000;
const remoteExecutePath = '/api/remote-execute';

const apiHint =
  'The API is /api/status, /api/calls, /api/calls/SEQ, /api/clusters, /api/clusters/ID/inventory, /api/clusters/ID/snapshot, /api/groups, /api/agents, /api/seats, /api/platform, /api/remote-execute and /api/verdict; see also /metrics and /healthz. The calls of deepflow-ctl are under /v1 and /v2.';

/** The HTTP side of the server: `/api` and the page are to look on, `/v1` and `/v2` change it as deepflow-ctl does. */
export function createAdminApp(options: AdminAppOptions): Hono {
  const { status, recent, metrics, views, model, rest, remote, onProblem } = options;
  const app = new Hono();
  const page = createPage();
  const people = createPeopleViews(rest, model);

  app.use(async (context, next) => {
    const refused = refuse(context);
    if (refused !== null) return refused;
    await next();
    context.header('x-content-type-options', 'nosniff');
    context.header('cache-control', 'no-store');
    return;
  });

  const restApp = createRestApp(rest, onProblem);
  for (const path of ['/v1/*', '/v2/*']) app.all(path, (context) => restApp.fetch(context.req.raw));

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
  app.get('/api/groups', async (context) => context.json(await people.groups()));
  app.get('/api/agents', (context) => context.json(people.agents()));
  app.get('/api/seats', (context) => context.json(people.seats()));
  app.get('/api/platform', (context) => context.json(people.platform(context.req.query('cluster') ?? null)));
  const remoteExecute = remoteExecuteRoute(remote);
  app.get(remoteExecutePath, remoteExecute.list);
  app.post(remoteExecutePath, remoteExecute.execute);
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

/** Only REST changes anything, and only for those who mean it. */
function refuse(context: Context): Response | null {
  const { method, path } = context.req;
  if (method === 'GET' || method === 'HEAD') return null;
  const isCommand = method === 'POST' && path === remoteExecutePath;
  if (!isRest(path) && !isCommand) {
    const hint = 'Everything here is read with GET; the calls of deepflow-ctl under /v1 and /v2 change things.';
    return context.json({ error: `${method} ${path.slice(0, 256)} is not allowed`, hint }, 405, { allow: 'GET, HEAD' });
  }
  const problem = foreignPage(context.req.raw.headers);
  if (problem === null) return null;
  const description = `${method} ${path.slice(0, 256)} is not taken: ${problem}`;
  return isCommand ? context.json({ error: description }, 403) : toResponse(failure('NO_PERMISSIONS', description));
}

function isRest(path: string): boolean {
  return path.startsWith('/v1/') || path.startsWith('/v2/');
}

function wholeNumber(text: string, max: number): number | null {
  const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  return value <= max ? value : null;
}

function jsonBytes(bytes: Uint8Array): Response {
  // A copy only in type: responses do not take views of shared memory.
  return new Response(bytes as Uint8Array<ArrayBuffer>, { headers: { 'content-type': 'application/json' } });
}
