import { createHash } from 'node:crypto';
import { Client, credentials, Metadata } from '@grpc/grpc-js';
import { describe, expect, it } from 'vitest';
import { messageType } from '../../../src/wire/protos.js';
import { startServer } from '../support/running-server.js';

async function upgrade(address: string): Promise<{ content: Buffer; md5: string; totalLen: number }> {
  const client = new Client(address, credentials.createInsecure());
  const same = (bytes: Buffer): Buffer => bytes;
  const request = messageType('agent.UpgradeRequest').encode({ ctrl_ip: '10.0.0.9', ctrl_mac: '02:00:0a:00:00:09' });
  const stream = client.makeServerStreamRequest(
    ...(['/agent.Synchronizer/Upgrade', same, same, request, new Metadata(), {}] as const),
  );
  const content: Buffer[] = [];
  let last: { md5?: string; total_len?: string } = {};
  for await (const bytes of stream) {
    const packet = messageType('agent.UpgradeResponse').decode(bytes as Buffer);
    content.push(Buffer.from(packet.content ?? ''));
    last = packet;
  }
  client.close();
  return { content: Buffer.concat(content), md5: last.md5 ?? '', totalLen: Number(last.total_len) };
}

describe('the fault offer-file', () => {
  it('offers a binary with its MD5, or with another one, in several messages', async () => {
    const { server, calls } = await startServer();
    for (const md5 of ['right', 'wrong'] as const) {
      const stop = server.faults.add({ id: md5, effect: { kind: 'offer-file', bytes: 1_200_000, md5 } });
      const file = await upgrade(server.grpc);
      stop();
      expect(file.content.length).toBe(1_200_000);
      expect(file.totalLen).toBe(1_200_000);
      const sum = createHash('md5').update(file.content).digest('hex');
      expect(file.md5 === sum).toBe(md5 === 'right');
    }
    await expect.poll(() => calls().map(({ fault }) => fault?.id)).toEqual(['right', 'wrong']);
    expect(calls()[0]?.stream?.sent).toBe(3);
  });
});
