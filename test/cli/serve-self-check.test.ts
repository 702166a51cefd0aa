import { expect, it } from 'vitest';
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
