import { describe, expect, it } from 'vitest';
import { checkMessage, findRefusal } from '../../src/wire/check-message.js';
import { messageType } from '../../src/wire/protos.js';

function bytesOf(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
}

describe('checkMessage', () => {
  it('finds nothing in a good message', () => {
    const bytes = messageType('agent.GenesisSyncRequest').encode({
      version: '18446744073709551615',
      agent_type: 'TT_HOST_POD',
      platform_data: {
        interfaces: [{ mac: 42, ip: ['10.0.0.1/24', 'fe80::1/64'], name: 'eth0' }],
        raw_hostname: 'näme',
      },
      process_data: { process_entries: [{ pid: 7, os_app_tags: [{ key: 'a', value: 'b' }] }] },
      agent_info: { ip: '10.0.0.1', mac: '02:00:00:00:00:01' },
    });
    expect(checkMessage('agent.GenesisSyncRequest', bytes)).toEqual([]);
  });

  it('names the path of what is wrong inside inner messages', () => {
    // platform_data (9) { interfaces (32) { name (3) as varint, 100 unknown } }
    const problems = checkMessage('agent.GenesisSyncRequest', bytesOf('4a 08 82 02 05 18 01 a0 06 01'));
    expect(problems).toEqual([
      {
        kind: 'wrong-wire-type',
        offset: 5,
        field: 3,
        message: 'name of agent.GenesisSyncRequest.platform_data.interfaces is a varint instead of a length and bytes',
      },
      {
        kind: 'unknown-field',
        offset: 7,
        field: 100,
        message: 'agent.GenesisSyncRequest.platform_data.interfaces has no field 100 (found a varint)',
      },
    ]);
  });

  it('reads on behind an inner message that breaks', () => {
    const problems = checkMessage('agent.GenesisSyncRequest', bytesOf('5a 02 0a 05  08 01  60 01'));
    expect(problems.map(({ kind, offset, field }) => [kind, offset, field])).toEqual([
      ['malformed', 3, 1],
      ['unknown-field', 6, 12],
    ]);
  });

  it('takes repeated numbers packed and unpacked', () => {
    expect(checkMessage('agent.Segment', bytesOf('18 01 18 02'))).toEqual([]);
    expect(checkMessage('agent.Segment', bytesOf('1a 02 01 02'))).toEqual([]);
    expect(checkMessage('agent.Segment', bytesOf('1a 02 01 82'))).toMatchObject([{ kind: 'malformed', field: 3 }]);
    expect(checkMessage('agent.Segment', bytesOf('0a 01 01'))).toMatchObject([{ kind: 'wrong-wire-type', field: 1 }]);
  });

  it('knows enums, booleans and floats', () => {
    const config = messageType('trident.Config').encode({
      enabled: true,
      tap_mode: 'MIRROR',
      decap_type: ['DECAP_TYPE_VXLAN', 'DECAP_TYPE_IPIP'],
      system_load_circuit_breaker_threshold: 1.5,
    });
    expect(checkMessage('trident.Config', config)).toEqual([]);
    expect(checkMessage('trident.Config', bytesOf('c0 1f 01'))).toMatchObject([
      { kind: 'wrong-wire-type', message: expect.stringContaining('a varint instead of 32 bits') },
    ]);
  });

  it('reports text that is not UTF-8, but not bytes', () => {
    expect(checkMessage('agent.NtpRequest', bytesOf('0a 01 ff  52 01 ff'))).toEqual([
      { kind: 'invalid-utf8', offset: 2, field: 1, message: 'agent.NtpRequest.ctrl_ip is not UTF-8' },
    ]);
  });
});

describe('findRefusal', () => {
  it('finds what servers refuse, behind any number of things that they take', () => {
    const unknown = bytesOf('b8 06 01'.repeat(200));
    expect(findRefusal('agent.NtpRequest', unknown)).toBeNull();
    expect(findRefusal('agent.NtpRequest', Buffer.concat([unknown, bytesOf('0a 01 ff')]))).toBeNull();
    expect(findRefusal('agent.NtpRequest', Buffer.concat([unknown, bytesOf('08 01')]))).toMatchObject({
      kind: 'wrong-wire-type',
      offset: 600,
    });
    expect(findRefusal('agent.NtpRequest', Buffer.concat([unknown, bytesOf('0a 09 61')]))).toMatchObject({
      kind: 'malformed',
      offset: 601,
    });
  });
});
