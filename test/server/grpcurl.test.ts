import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { startServer } from './support/running-server.js';

/** Built once and kept, as it takes a minute. */
const directory = join(tmpdir(), 'plumbline-grpcurl-v1.9.3');
const grpcurl = join(directory, 'grpcurl');

const hasGo = (() => {
  try {
    execFileSync('go', ['version'], { stdio: 'pipe' });
    return true;
  } catch {
    return false;
  }
})();

describe.skipIf(!hasGo)('grpcurl (skipped where there is no Go)', () => {
  let reason: string | null = null;

  beforeAll(async () => {
    if (existsSync(grpcurl)) {
      return;
    }
    mkdirSync(directory, { recursive: true });
    try {
      await promisify(execFile)('go', ['install', 'github.com/fullstorydev/grpcurl/cmd/grpcurl@v1.9.3'], {
        env: { ...process.env, GOBIN: directory },
      });
    } catch (error) {
      reason = `grpcurl cannot be built here: ${error}`;
    }
  }, 600_000);

  async function run(...parameters: string[]): Promise<string> {
    const { stdout } = await promisify(execFile)(grpcurl, ['-plaintext', ...parameters]);
    return stdout;
  }

  it('lists the services', async (context) => {
    context.skip(reason !== null, reason ?? '');
    const { server, recorded } = await startServer();
    const services = (await run(server.grpc, 'list')).trim().split('\n');
    expect(services).toEqual(
      expect.arrayContaining(['agent.Synchronizer', 'trident.Synchronizer', 'grpc.health.v1.Health']),
    );
    expect(await recorded(1)).toMatchObject([
      { path: expect.stringContaining('ServerReflectionInfo'), outcome: 'unary' },
    ]);
  });

  it('describes methods and messages', async (context) => {
    context.skip(reason !== null, reason ?? '');
    const { server } = await startServer();
    for (const name of ['agent', 'trident']) {
      expect(await run(server.grpc, 'describe', `${name}.Synchronizer.KubernetesAPISync`)).toContain(
        `returns ( .${name}.KubernetesAPISyncResponse )`,
      );
      expect(await run(server.grpc, 'describe', `.${name}.KubernetesAPISyncRequest`)).toMatch(
        /KubernetesAPIInfo entries = 10;/,
      );
      expect(await run(server.grpc, 'describe', `.${name}.SyncResponse`)).toContain('optional bytes platform_data');
    }
  });

  it('calls, by the descriptions that it asked for', async (context) => {
    context.skip(reason !== null, reason ?? '');
    const { server } = await startServer();
    const upload = {
      cluster_id: 'c',
      version: '18446744073709551615',
      agent_id: 1,
      entries: [{ type: '*v1.Node', compressed_info: 'eJw=' }],
    };
    const answer = await run('-d', JSON.stringify(upload), server.grpc, 'agent.Synchronizer/KubernetesAPISync');
    expect(JSON.parse(answer)).toEqual({ version: '18446744073709551615' });
    const health = await run('-d', '{"service": "agent.Synchronizer"}', server.grpc, 'grpc.health.v1.Health/Check');
    expect(JSON.parse(health)).toEqual({ status: 'SERVING' });
    const sync = await run(
      '-d',
      '{"ctrl_ip": "10.0.0.1", "ctrl_mac": "02:00:00:00:00:01"}',
      server.grpc,
      'trident.Synchronizer/Sync',
    );
    expect(JSON.parse(sync)).toMatchObject({ config: { enabled: false } });
  });
});
