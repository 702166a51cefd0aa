import { expect, it, onTestFinished } from 'vitest';
import { agentQuery } from '../../src/conformance/rules/common/example-agent.js';
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

it('serve --self-check ends with 3 and names the answer that agents could not take', async () => {
  // The one time that NTP cannot tell from none: the beginning of 1900.
  const clock = 'data:text/javascript,Date.now=()=>-2208988800000';
  const server = await serve(['--self-check'], { NODE_OPTIONS: `--import=${clock}` });
  onTestFinished(() => void server.child.kill('SIGKILL'));
  await connect(server.grpc).unary('/agent.Synchronizer/Query', agentQuery().bytes ?? Buffer.alloc(0));
  const { code, stderr } = await server.stop();
  expect(code).toBe(3);
  expect(stderr).toMatch(
    /^fault of Plumbline: self-check query\/packet: the answer to \/agent\.Synchronizer\/Query has in response: transmit 0, expected a time$/m,
  );
});
