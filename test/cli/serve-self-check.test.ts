import { expect, it, onTestFinished } from 'vitest';
import { messageType } from '../../src/wire/protos.js';
import { connect } from '../server/support/grpc-client.js';
import { agentOne } from '../server/support/model-client.js';
import { serve } from './support/plumbline.js';

it('serve --self-check ends with 0 where every answer keeps what agents demand', async () => {
  const server = await serve(['--self-check']);
  const client = connect(server.grpc);
  const request = messageType('agent.SyncRequest').encode(agentOne);
  for (let round = 0; round < 2; round++) await client.unary('/agent.Synchronizer/Sync', request);
  const { code, stderr } = await server.stop();
  expect([code, stderr.includes('fault of Plumbline')]).toEqual([0, false]);
});

it('serve --self-check ends with 3 and names the answer that agents could not take', { timeout: 120_000 }, async () => {
  const server = await serve(['--self-check']);
  onTestFinished(() => void server.child.kill('SIGKILL'));
  const api = `http://${server.admin}/v1`;
  const groups = (await (await fetch(`${api}/vtap-groups/`)).json()) as { DATA: { LCUUID: string }[] };
  // 24 kB, but with each number on a line of its own, behind 100 spaces, more than the smallest buffer of agents takes.
  const body = `x: ${'{a: '.repeat(50)}[${'1,'.repeat(12_000)}1]${'}'.repeat(50)}\n`;
  const configured = await fetch(`${api}/agent-group-configuration/${groups.DATA[0]?.LCUUID}/yaml`, {
    ...{ method: 'POST', body },
    headers: { 'content-type': 'application/yaml' },
  });
  expect(await configured.json()).toMatchObject({ OPT_STATUS: 'SUCCESS' });
  const client = connect(server.grpc);
  await client.unary('/agent.Synchronizer/Sync', messageType('agent.SyncRequest').encode(agentOne));
  const { code, stderr } = await server.stop();
  expect(code).toBe(3);
  expect(stderr).toMatch(
    /^fault of Plumbline: self-check sync\/size: the answer to \/agent\.Synchronizer\/Sync has in \(the whole\) 1\d{6} bytes, expected at most 1048576$/m,
  );
});
