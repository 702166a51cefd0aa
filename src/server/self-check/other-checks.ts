import type { BrokenDemand, SelfCheck } from './self-check.js';

const packetSize = 48;

/** Of NTP packets: where the timestamps are. */
const at = { originate: 24, receive: 32, transmit: 40 } as const;

function* checkNtp(request: Buffer, answer: Buffer): Generator<BrokenDemand> {
  // What is no packet of a client is answered with nothing.
  const isAsked =
    request.length >= packetSize && (request.readUInt8(0) & 7) === 3 && ((request.readUInt8(0) >> 3) & 7) > 0;
  if (answer.length === 0 && (!isAsked || ((request.readUInt8(0) >> 3) & 7) > 4)) return;
  if (answer.length < packetSize) {
    yield { field: 'response', found: `${answer.length} bytes`, expected: `${packetSize}` };
    return;
  }
  const mode = answer.readUInt8(0) & 7;
  if (mode !== 4) yield { field: 'response: mode', found: String(mode), expected: '4 (server)' };
  const sent = request.subarray(at.transmit, packetSize);
  const echoed = answer.subarray(at.originate, at.receive);
  if (!echoed.equals(sent)) {
    yield {
      field: 'response: originate',
      found: echoed.toString('hex'),
      expected: `${sent.toString('hex')}, as it was sent`,
    };
  }
  const receive = answer.readBigUInt64BE(at.receive);
  const transmit = answer.readBigUInt64BE(at.transmit);
  if (transmit === 0n) yield { field: 'response: transmit', found: '0', expected: 'a time' };
  if (receive > transmit) yield { field: 'response: receive', found: `${receive}`, expected: `at most ${transmit}` };
}

export const otherChecks: readonly SelfCheck[] = [
  {
    id: 'query/packet',
    demand:
      'the time comes in a packet that the agent takes for an answer to its own: it waits for one before it does anything else',
    check: (answer) => (answer.method === 'Query' ? checkNtp(answer.request, answer.answer) : []),
  },
  {
    id: 'genesis/version',
    demand:
      'an answer says a version, except to a call without one: the agent sends everything again and again otherwise',
    *check(answer) {
      if (answer.method !== 'GenesisSync') return;
      const { asked, answered } = answer;
      if (asked === 0n && answered !== null) yield { field: 'version', found: String(answered), expected: 'nothing' };
    },
  },
  {
    id: 'cluster-id/says-something',
    demand: 'there is a cluster id or an error: the agent asks again for ever otherwise, and does not say why',
    *check(answer) {
      if (answer.method !== 'GetKubernetesClusterID') return;
      if ((answer.clusterId === '') === (answer.errorMsg === '')) {
        yield {
          field: 'cluster_id',
          found: answer.clusterId === '' ? 'nothing' : 'both',
          expected: 'an id or an error_msg',
        };
      }
    },
  },
];
