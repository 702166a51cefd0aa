import { type Context, Hono } from 'hono';
import { agentRoutes } from './agent-routes.js';
import { configurationRoutes } from './configuration-routes.js';
import { domainRoutes } from './domain-routes.js';
import { failure, type RestAnswer, toResponse } from './envelope.js';
import { genesisRoutes } from './genesis-routes.js';
import { groupRoutes } from './group-routes.js';
import { oldConfigurationRoutes } from './old-configuration-routes.js';
import type { RestModel } from './rest-model.js';
import type { RestCall, RestRoute } from './rest-route.js';

/** The calls of deepflow-ctl, in the order in which they are looked through: fixed names before parameters. */
export const restRoutes: readonly RestRoute[] = [
  ...groupRoutes,
  ...configurationRoutes,
  ...oldConfigurationRoutes,
  ...agentRoutes,
  ...domainRoutes,
  ...genesisRoutes,
];

/** The one organisation there is. */
const organisation = 1;

/** REST as deepflow-ctl calls it, under `/v1` and `/v2`. */
export function createRestApp(model: RestModel, onProblem: (message: string, cause: unknown) => void): Hono {
  const app = new Hono();
  for (const route of restRoutes) {
    app.on(route.method, route.path, async (context) => {
      const refused = checkOrganisation(context);
      if (refused !== null) return toResponse(refused);
      const answer = await route.handle(callOf(context), model);
      return answer instanceof Response ? answer : toResponse(answer);
    });
  }
  for (const { method, path } of restRoutes) app.on(method, otherEnding(path), redirectToEnding(path, method));
  app.all('*', (context) => toResponse(unknownCall(context)));
  app.onError((error, context) => {
    onProblem(`The answer to ${context.req.method} ${context.req.path.slice(0, 256)} failed`, error);
    return toResponse(failure('SERVER_ERROR', `plumbline failed: ${error.message}`));
  });
  return app;
}

function callOf(context: Context): RestCall {
  return {
    request: context.req.raw,
    param: (name) => context.req.param(name) ?? '',
    query: (name) => context.req.query(name) ?? null,
    queries: (name) => context.req.queries(name) ?? [],
  };
}

function otherEnding(path: string): string {
  return path.endsWith('/') ? path.slice(0, -1) : `${path}/`;
}

/** The real server's router sends callers to the path that it has: 301 for GET, 307, with the same body, for the rest. */
function redirectToEnding(path: string, method: string) {
  return (context: Context): Response => {
    const { pathname, search } = new URL(context.req.url);
    const right = path.endsWith('/') ? `${pathname}/` : pathname.replace(/\/+$/, '');
    return new Response(null, { status: method === 'GET' ? 301 : 307, headers: { location: `${right}${search}` } });
  };
}

function checkOrganisation(context: Context): RestAnswer | null {
  const header = context.req.header('x-org-id') ?? String(organisation);
  if (!/^\d{1,9}$/.test(header)) {
    return failure('INVALID_PARAMETERS', `X-Org-Id ${JSON.stringify(header.slice(0, 80))} is not a number`);
  }
  return Number(header) === organisation
    ? null
    : failure('GET_ORG_DB_FAIL', `organization (${Number(header)}) not found: only ${organisation} is there`);
}

function unknownCall(context: Context): RestAnswer {
  const { method, path } = context.req;
  const others = restRoutes.filter((route) => matches(route.path, path)).map((route) => route.method);
  const hint =
    others.length > 0
      ? `this path takes ${others.join(', ')}`
      : 'the paths are those of deepflow-ctl, see docs/guides/agent-groups.md';
  return failure('RESOURCE_NOT_FOUND', `there is no ${method} ${path.slice(0, 256)}: ${hint}`, 404);
}

function matches(pattern: string, path: string): boolean {
  const steps = (text: string) => text.split('/').filter((step) => step !== '');
  const [wanted, found] = [steps(pattern), steps(path)];
  return wanted.length === found.length && wanted.every((step, index) => step.startsWith(':') || step === found[index]);
}
