import { createHash, randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { agentFiles } from '../../src/cli/agent-files.js';
import { messageType } from '../../src/wire/protos.js';
import { temporaryDirectory } from '../journal/temporary-directory.js';
import { openDeaf, streamClient } from '../server/streams/support.js';
import { connect } from '../server/support/grpc-client.js';
import { plumbline, serve } from './support/plumbline.js';

function fileOf(name: string, content: Uint8Array): string {
  const file = join(temporaryDirectory(), name);
  writeFileSync(file, content);
  return file;
}

describe('agentFiles', () => {
  it('takes nothing from no options', () => {
    expect(agentFiles({ plugin: [] })).toEqual({});
  });

  it('reads executable and plugins', () => {
    const content = randomBytes(10);
    const [agent, wasm, so] = [fileOf('a=b', content), fileOf('p.wasm', content), fileOf('p.so', content)];
    expect(agentFiles({ upgrade: `main 2-x=${agent}`, upgradeImage: 'i:2', plugin: [`w=${wasm}`, `s=${so}`] })).toEqual(
      {
        upgrade: { revision: 'main 2-x', package: content, image: 'i:2' },
        plugins: [
          { name: 'w', type: 'WASM', content, updateTime: expect.any(Number) },
          { name: 's', type: 'SO', content, updateTime: expect.any(Number) },
        ],
      },
    );
    expect(agentFiles({ upgrade: 'main 2', upgradeImage: 'i:2', plugin: [] })).toEqual({
      upgrade: { revision: 'main 2', image: 'i:2' },
    });
  });

  it.each([
    [{ upgradeImage: 'i', plugin: [] }, '--upgrade-image needs --upgrade REVISION, too.'],
    [{ upgrade: 'main 2', plugin: [] }, '--upgrade: "main 2" is not REVISION=FILE.'],
    [{ upgrade: '=file', plugin: [] }, '--upgrade: "=file" is not REVISION=FILE.'],
    [{ upgrade: 'r=/nowhere', plugin: [] }, /^--upgrade: \/nowhere cannot be read: .*ENOENT/],
    [{ plugin: ['name'] }, '--plugin: "name" is not NAME=FILE.'],
    [{ plugin: ['n=/'] }, /^--plugin: \/ cannot be read: /],
    [{ plugin: ['n=package.json', 'n=package.json'] }, '--plugin: n is given twice.'],
  ])('says what is wrong with %o', (options, message) => {
    expect(() => agentFiles(options)).toThrow(message);
  });

  it('refuses a file with nothing in it', () => {
    const file = fileOf('empty', new Uint8Array(0));
    expect(() => agentFiles({ upgrade: `r=${file}`, plugin: [] })).toThrow(/it is empty/);
  });
});

describe('serve', () => {
  it('gives agents what it was told to give them', async () => {
    const content = randomBytes(600_000);
    const server = await serve([
      '--upgrade',
      `main 2=${fileOf('agent', content)}`,
      '--plugin',
      `p=${fileOf('p.so', content)}`,
    ]);
    const identity = { ctrl_ip: '10.0.0.1', ctrl_mac: '02:00:00:00:00:01' };
    const sync = messageType('agent.SyncRequest').encode({ ...identity, host: 'n1' });
    const unary = connect(server.grpc);
    await unary.unary('/agent.Synchronizer/Sync', sync);
    expect(messageType('agent.SyncResponse').decode(await unary.unary('/agent.Synchronizer/Sync', sync))).toMatchObject(
      { revision: 'main 2' },
    );
    const client = streamClient(server.grpc);
    const upgrade = client.open('/agent.Synchronizer/Upgrade', messageType('agent.UpgradeRequest').encode(identity));
    await upgrade.status;
    const chunks = upgrade.received.map((bytes) => messageType('agent.UpgradeResponse').decode(bytes));
    const md5 = createHash('md5').update(content).digest('hex');
    expect(chunks.map((chunk) => chunk.md5)).toEqual([md5, md5]);
    const request = messageType('agent.PluginRequest').encode({ plugin_name: 'p', plugin_type: 'SO' });
    const plugin = client.open('/agent.Synchronizer/Plugin', request);
    expect(messageType('agent.PluginResponse').decode(await plugin.next())).toMatchObject({ status: 'SUCCESS', md5 });
    expect((await server.stop()).code).toBe(0);
  });

  it('ends on SIGTERM though streams are open, and one of them is never read', async () => {
    const big = fileOf('agent', randomBytes(5_000_000));
    const server = await serve(['--plugin', `p=${big}`]);
    const agent = streamClient(server.grpc).openBidi('/agent.Synchronizer/RemoteExecute');
    agent.send(messageType('agent.RemoteExecResponse').encode({ agent_id: { ip: '10.0.0.1', mac: 'm' } }));
    await agent.next();
    await openDeaf(
      server.grpc,
      '/agent.Synchronizer/Plugin',
      messageType('agent.PluginRequest').encode({ plugin_name: 'p' }),
    );
    const stopped = server.stop();
    expect(await agent.status).toMatchObject({ code: 14, details: 'the server is going away' });
    expect((await stopped).code).toBe(0);
  });

  it('ends with 2 where an option says too little', async () => {
    expect(await plumbline(['serve', '--upgrade', 'x'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--upgrade: "x" is not REVISION=FILE.'),
    });
  });
});
