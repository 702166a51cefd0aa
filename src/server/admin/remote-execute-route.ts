import type { Context } from 'hono';
import { z } from 'zod';
import {
  RemoteExecuteError,
  type RemoteFailure,
  type RemoteOrder,
  type RemoteResult,
} from '../streams/remote-command.js';
import type { RemoteConsole } from '../streams/remote-execute.js';

const body = z.strictObject({
  agent: z.strictObject({ ip: z.string(), mac: z.string() }),
  order: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('list-commands') }),
    z.strictObject({ kind: z.literal('list-namespaces') }),
    z.strictObject({
      kind: z.literal('run'),
      command: z.string().min(1),
      parameters: z.record(z.string(), z.string()).exactOptional(),
      namespacePid: z.number().int().min(1).max(0xffffffff).exactOptional(),
      batchBytes: z.number().int().min(1).max(0xffffffff).exactOptional(),
    }),
  ]),
  timeoutMs: z.number().int().min(1).max(600_000).exactOptional(),
});

const hint =
  'Send {"agent": {"ip": "10.0.0.1", "mac": "02:00:00:00:00:01"}, "order": {"kind": "run", "command": "IDENT"}}; other kinds are list-commands and list-namespaces. GET shows which agents can be asked.';

const statusOf = {
  'not-connected': 404,
  'agent-gone': 502,
  timeout: 504,
  busy: 429,
  refused: 502,
  damaged: 502,
  'too-large': 502,
} as const satisfies Record<RemoteFailure, number>;

const maxBodyBytes = 64 * 1024;

/** `GET /api/remote-execute`: the agents that hold a stream. `POST`: has one of them execute a command. */
export function remoteExecuteRoute(console: RemoteConsole) {
  return {
    list: (context: Context) => context.json({ agents: console.agents() }),
    execute: async (context: Context): Promise<Response> => {
      const asked = await readBody(context);
      if (!asked.ok) return context.json({ error: asked.problem, hint }, 400);
      const { agent, order, timeoutMs } = asked.body;
      try {
        const options = timeoutMs === undefined ? {} : { timeoutMs };
        return context.json(resultJson(await console.execute(agent, order satisfies RemoteOrder, options)));
      } catch (error) {
        if (!(error instanceof RemoteExecuteError)) throw error;
        return context.json({ error: error.message, failure: error.failure }, statusOf[error.failure]);
      }
    },
  };
}

type Body =
  | { readonly ok: true; readonly body: z.output<typeof body> }
  | { readonly ok: false; readonly problem: string };

async function readBody(context: Context): Promise<Body> {
  const length = Number(context.req.header('content-length') ?? Number.NaN);
  // Also where the length is not said.
  if (!(length <= maxBodyBytes))
    return { ok: false, problem: `The body must say its length, of up to ${maxBodyBytes} bytes` };
  let value: unknown;
  try {
    value = JSON.parse(await context.req.text());
  } catch (error) {
    return { ok: false, problem: `The body is no JSON: ${error instanceof Error ? error.message : error}` };
  }
  const parsed = body.safeParse(value);
  if (parsed.success) return { ok: true, body: parsed.data };
  const [issue] = parsed.error.issues;
  return { ok: false, problem: `The body is wrong at ${issue?.path.join('.') || 'its top'}: ${issue?.message}` };
}

/** Output that is text as text, any other as base64. */
function resultJson(result: RemoteResult): object {
  if (result.kind !== 'output') return result;
  const { content, ...rest } = result;
  const text = content.toString('utf8');
  return Buffer.from(text).equals(content) ? { ...rest, text } : { ...rest, base64: content.toString('base64') };
}
