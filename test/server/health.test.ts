import { credentials, loadPackageDefinition, type ServiceClientConstructor } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { protoPath } from 'grpc-health-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startServer } from './support/running-server.js';

interface HealthClient {
  check(request: { service: string }, callback: (error: Error | null, answer: { status: string }) => void): void;
  watch(request: { service: string }): NodeJS.ReadableStream & { cancel(): void };
  close(): void;
}

async function start(options: Parameters<typeof startServer>[0] = {}) {
  const under = await startServer(options);
  const definition = loadPackageDefinition(loadSync(protoPath, { enums: String })) as unknown as {
    grpc: { health: { v1: { Health: ServiceClientConstructor } } };
  };
  const client = new definition.grpc.health.v1.Health(
    under.server.grpc,
    credentials.createInsecure(),
  ) as unknown as HealthClient;
  onTestFinished(() => client.close());
  const check = (service: string) =>
    new Promise<string>((resolve, reject) => {
      client.check({ service }, (error, answer) => (error === null ? resolve(answer.status) : reject(error)));
    });
  return { ...under, client, check };
}

describe('grpc.health.v1.Health', () => {
  it('knows the server and its services, and every look is recorded', async () => {
    const { check, recorded } = await start();
    for (const service of ['', 'agent.Synchronizer', 'trident.Synchronizer']) {
      expect(await check(service)).toBe('SERVING');
    }
    await expect(check('nobody')).rejects.toMatchObject({ code: 5 });
    const calls = await recorded(4);
    expect(calls.map(({ path, outcome, status }) => [path, outcome, status])).toEqual([
      ...Array.from({ length: 3 }, () => ['/grpc.health.v1.Health/Check', 'unary', 0]),
      ['/grpc.health.v1.Health/Check', 'unary', 5],
    ]);
    expect(calls[1]?.request.toString()).toContain('agent.Synchronizer');
    expect([...(calls[0]?.response ?? [])]).toEqual([8, 1]);
  });

  it('knows only its own package where it is strict', async () => {
    const { check } = await start({ strictPackages: true, compat: 'v6.5' });
    expect(await check('trident.Synchronizer')).toBe('SERVING');
    await expect(check('agent.Synchronizer')).rejects.toMatchObject({ code: 5 });
  });

  it('says so when the server stops', async () => {
    const { client, server, calls } = await start();
    const seen: string[] = [];
    const watch = client.watch({ service: '' });
    const ended = new Promise((resolve) => watch.on('error', resolve).on('end', resolve));
    watch.on('data', ({ status }: { status: string }) => seen.push(status));
    await expect.poll(() => seen).toEqual(['SERVING']);
    await server.close({ graceMs: 100 });
    await ended;
    expect(seen).toEqual(['SERVING', 'NOT_SERVING']);
    expect(calls()).toMatchObject([{ path: '/grpc.health.v1.Health/Watch', outcome: 'unary', status: 1 }]);
  });
});
