import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { GpidEntry } from '../../../src/server/model/gpid-table.js';
import { encodeGpidResponse, readGpidRequest } from '../../../src/server/services/gpid-codec.js';
import { writeGpidEntries } from '../../../src/server/services/gpid-entries.js';
import { messageType } from '../../../src/wire/protos.js';

const number = fc.oneof(fc.constant(0), fc.nat(200), fc.integer({ min: 0, max: 0xffffffff }));
const entry: fc.Arbitrary<GpidEntry> = fc.record({
  protocol: fc.constantFrom('ANY', 'TCP_SERVICE', 'UDP_SERVICE'),
  ...{ epcId1: number, ipv4_1: number, port1: number, pid1: number },
  ...{ epcId0: number, ipv4_0: number, port0: number, pid0: number },
  ...{ epcIdReal: number, ipv4Real: number, portReal: number, pidReal: number },
  roleReal: fc.constantFrom('ROLE_NONE', 'ROLE_CLIENT', 'ROLE_SERVER'),
  netnsIdx: number,
});
const some = fc.array(entry, { maxLength: 5 });

it.each(['agent', 'trident'] as const)('reads what %s clients of protobuf write', (name) => {
  fc.assert(
    fc.property(some, fc.string(), number, (entries, ctrlIp, agentId) => {
      const bytes = messageType(`${name}.GPIDSyncRequest`).encode({
        ...{ ctrl_ip: ctrlIp, ctrl_mac: 'mac', [name === 'agent' ? 'agent_id' : 'vtap_id']: agentId },
        entries: writeGpidEntries(entries),
      });
      const read = readGpidRequest(bytes, 3);
      expect(read).toEqual({
        ...{ agentId, ctrlIp: Buffer.from(ctrlIp).toString(), ctrlMac: 'mac', compressed: false },
        entries: entries.slice(0, 3),
      });
    }),
    { numRuns: 200 },
  );
});

it('writes what protobuf writes', () => {
  fc.assert(
    fc.property(some, (entries) => {
      const algorithm = { entries_compress_algorithm: 'COMPRESS_ALRO_NONE' as const };
      const expected = messageType('agent.GPIDSyncResponse').encode({
        ...algorithm,
        entries: writeGpidEntries(entries),
      });
      expect(encodeGpidResponse(entries, false)).toEqual(expected);
    }),
    { numRuns: 200 },
  );
});

it('writes compressed what reads the same, but for numbers that become 0', () => {
  const neverZero = some.map((entries) =>
    entries.map((each) => Object.fromEntries(Object.entries(each).map(([key, value]) => [key, value || 1]))),
  ) as unknown as fc.Arbitrary<GpidEntry[]>;
  fc.assert(
    fc.property(neverZero, (entries) => {
      const { entries: written = [] } = messageType('agent.GPIDSyncResponse').decode(encodeGpidResponse(entries, true));
      const request = messageType('agent.GPIDSyncRequest').encode({
        entries_compress_algorithm: 'COMPRESS_ALGO_IGNORE_IF_EQUAL_TO_PREVIOUS',
        entries: written as never,
      });
      expect(readGpidRequest(request, 10).entries).toEqual(entries);
    }),
    { numRuns: 200 },
  );
});
