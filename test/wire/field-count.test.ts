import { expect, it } from 'vitest';
import { hasMoreFields } from '../../src/wire/field-count.js';
import { messageType } from '../../src/wire/protos.js';

/** The message has exactly this many. */
function expectFields(name: Parameters<typeof hasMoreFields>[0], bytes: Buffer, count: number): void {
  expect([hasMoreFields(name, bytes, count - 1), hasMoreFields(name, bytes, count)]).toEqual([true, false]);
}

it('counts the fields of a message and of its inner ones', () => {
  const nic = { mac: '1', ip: ['10.0.0.1/24', '10.0.0.2/24'], name: 'eth0' };
  const message = messageType('agent.GenesisSyncRequest').encode({
    ...{ version: 1, agent_id: 3 },
    platform_data: { interfaces: [nic, {}] },
  });
  // version, agent_id, platform_data, two interfaces, four fields of the first one.
  expectFields('agent.GenesisSyncRequest', message, 9);
});

it('counts fields that are not known, and each byte of packed numbers', () => {
  expectFields('agent.SyncRequest', Buffer.from('ba3e0474657374', 'hex'), 1);
  // Of the numbers in src_group_ids of a policy.
  expectFields('agent.FlowAcls', Buffer.from([0x0a, 6, 0x3a, 4, 1, 2, 3, 4]), 6);
});

it('says nothing of bytes that break off', () => {
  expect(hasMoreFields('agent.SyncRequest', Buffer.from([0x0a, 9, 1]), 2)).toBe(false);
});
