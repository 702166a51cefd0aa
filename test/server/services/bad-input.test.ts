import fc from 'fast-check';
import protobuf from 'protobufjs';
import { describe, expect, it } from 'vitest';
import { maxFields } from '../../../src/server/decoding-limit.js';
import { playedPaths } from '../../../src/server/model/played-methods.js';
import { findMethod, messageType } from '../../../src/wire/protos.js';
import { agentOne, modelClient } from '../support/model-client.js';

const paths = playedPaths.map((path) => path.slice(1));
const uploads = paths.filter((path) => path.endsWith('APISync'));

/** One more than is taken. */
function manyFields(field: readonly number[]): Buffer {
  return Buffer.alloc((maxFields + 1) * field.length, Buffer.from(field));
}

function within(field: number, message: Buffer): Buffer {
  return Buffer.from(
    protobuf.Writer.create()
      .uint32((field << 3) | 2)
      .bytes(message)
      .finish(),
  );
}

describe('every method', () => {
  it.each(paths)('%s answers an empty message', (path) => {
    expect(modelClient().call(path, Buffer.alloc(0)).status).toBe(0);
  });

  it.each(paths)('%s refuses a message that breaks off', (path) => {
    // Field 1, two bytes long, of which one is there; an empty message has no fields to break off.
    expect(modelClient().call(path, Buffer.from([0x0a, 2, 1])).status).toBe(13);
  });

  it('passes over fields that it does not know', () => {
    const unknown = Buffer.concat([
      messageType('agent.SyncRequest').encode(agentOne),
      Buffer.from('ba3e0474657374', 'hex'),
    ]);
    const client = modelClient();
    expect(client.call('agent.Synchronizer/Sync', unknown).status).toBe(0);
    expect(client.model.agents()).toHaveLength(1);
  });

  it('answers or refuses any bytes, and goes on', () => {
    const client = modelClient();
    fc.assert(
      fc.property(fc.constantFrom(...paths), fc.uint8Array({ maxLength: 200 }), (path, bytes) => {
        expect([0, 13]).toContain(client.call(path, Buffer.from(bytes)).status);
      }),
      { numRuns: 2000 },
    );
    expect(client.sync(agentOne).status).toBe('SUCCESS');
  });

  it('answers or refuses the messages of other methods', () => {
    const client = modelClient();
    const messages = paths.map((path) => {
      const type = findMethod(`/${path}`)?.requestType ?? 'agent.SyncRequest';
      const fields = {
        ctrl_ip: '10.0.0.1',
        ctrl_mac: 'm',
        version: 7,
        agent_id: 1,
        kubernetes_cluster_id: 'c',
        ca_md5: 'x',
      };
      return messageType(type).encode(fields as never);
    });
    for (const path of paths) {
      for (const message of messages) expect([0, 13]).toContain(client.call(path, message).status);
    }
  });

  it.each(paths.filter((path) => !uploads.includes(path)))(
    '%s refuses a message of which decoding would take long',
    (path) => {
      const client = modelClient();
      expect(client.call(path, Buffer.alloc(8 * 1024 * 1024 + 1)).status).toBe(8);
      expect(client.model.agents()).toEqual([]);
    },
  );

  it.each([
    ['agent.Synchronizer/Sync', 'host_ips', manyFields([0xba, 1, 0])],
    ['agent.Synchronizer/GPIDSync', 'sockets', manyFields([0x52, 0])],
    ['agent.Synchronizer/GenesisSync', 'NICs', within(9, manyFields([0x0a, 0]))],
  ] as const)('%s refuses a short message that would become a long one: %s', (path, _what, request) => {
    const client = modelClient();
    const call = { seq: 1, time: client.time, path: `/${path}`, outcome: 'unary' as const, request };
    const { status, statusMessage } = client.model.apply(call);
    expect([status, statusMessage]).toEqual([8, 'plumbline takes messages of up to 250000 fields']);
  });

  it('takes uploads of any size', () => {
    expect(uploads).toHaveLength(3);
    for (const path of uploads) expect(modelClient().call(path, Buffer.alloc(9 * 1024 * 1024)).status).toBe(13);
  });
});
