import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { expect, it } from 'vitest';
import { type Prepared, pythonAgent } from '../../agents/example-agents.js';
import { startServer } from '../support/running-server.js';

/** The Python of the example agent's environment; it has grpcio and the messages. */
function pythonOf(prepared: Prepared): { readonly venv: string } | { readonly absent: string } {
  if ('absent' in prepared) return prepared;
  const venv = prepared.command.find((part) => part.startsWith('VENV='))?.slice('VENV='.length);
  return venv === undefined ? { absent: 'the Python agent names no environment' } : { venv };
}

it('a client of grpcio holds the streams of an agent', { timeout: 900_000 }, async (context) => {
  const python = pythonOf(await pythonAgent.prepare());
  if ('absent' in python) return context.skip(python.absent);
  const { server } = await startServer({ upgrade: { revision: 'main 2', package: Buffer.alloc(1_200_000, 7) } });
  const child = spawn(`${python.venv}/bin/python`, ['test/server/streams/python_client.py', server.grpc], {
    env: { ...process.env, PYTHONPATH: `${python.venv}/generated`, PROTOCOL_BUFFERS_PYTHON_IMPLEMENTATION: 'upb' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<unknown> => JSON.parse((await lines.next()).value ?? 'null');
  expect(await next()).toEqual({ push: true });
  expect(await next()).toEqual({ upgrade: 1_200_000, chunks: 3, right: true });
  expect(await next()).toEqual({ heartbeat: 0 });
  const result = server.remoteConsole.execute(
    { ip: '10.0.0.1', mac: '02:00:00:00:00:01' },
    { kind: 'run', command: 'two-pieces' },
  );
  expect(await next()).toEqual({ command: 'two-pieces' });
  expect(await result).toMatchObject({ kind: 'output', content: Buffer.from('piece one, piece two'), pieces: 2 });
  const [group] = server.model.groups();
  const yaml = 'inputs:\n  resources:\n    push_interval: 11s\n';
  await server.change({
    kind: 'put-configuration',
    group: group?.lcuuid ?? '',
    generation: 'v7',
    yaml,
    mode: 'create',
  });
  expect(await next()).toMatchObject({ told: expect.stringContaining('push_interval: 11s') });
  await server.close({ graceMs: 3_000 });
  expect(await next()).toEqual({ status: 'UNAVAILABLE', details: 'the server is going away' });
  await new Promise((resolve) => child.once('close', resolve));
});
