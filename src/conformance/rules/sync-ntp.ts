import type { Rule, TrafficRule } from '../rule.js';
import { is } from './common/agents.js';
import { agentQuery } from './common/example-agent.js';
import { createFindingCollector, notJudged } from './common/judgement.js';
import { serversOnly } from './common/source.js';
import { shown } from './common/text.js';

const packetLength = 48;
const clientMode = 3;

const ntpSane: TrafficRule = {
  id: 'sync/ntp-sane',
  scope: 'traffic',
  level: serversOnly('should'),
  demand:
    'A Query carries ctrl_ip and an NTP packet as clients send it: 48 bytes or more, version 3 or 4, mode 3, with a transmit time.',
  why: 'The server passes the packet on to an NTP server, which does not answer others; an agent that waits for the time then waits for ever.',
  source: 'RFC 5905, section 7.3; deepflow-server behaviour: Query is relayed',
  example: {
    breaks: { compat: 'v7', calls: [agentQuery((packet) => packet.subarray(0, 40))] },
    keeps: { compat: 'v7', calls: [agentQuery()] },
  },
  judge(traffic) {
    const queries = traffic.calls.filter((call) => is(call, 'query'));
    if (queries.length === 0) return notJudged('the agent does not ask for the time (Query)');
    const findings = createFindingCollector();
    for (const { seq, agent } of queries) {
      const { length, ntpVersion, ntpMode, hasTransmitTime, ctrlIp } = agent;
      const problem = packetProblem(length, ntpVersion, ntpMode, hasTransmitTime);
      if (problem !== null) {
        findings.add(() => ({
          request: seq,
          ...problem,
          message: 'The packet in Query is no question of an NTP client: send the 48 bytes of RFC 5905.',
        }));
      }
      if (ctrlIp === '') {
        findings.add(() => ({
          request: seq,
          found: `ctrl_ip ${shown(ctrlIp)}`,
          expected: 'the ctrl_ip of Sync',
          message: 'The server cannot tell who asks for the time: send ctrl_ip.',
        }));
      }
    }
    return findings.judgement();
  },
};

function packetProblem(length: number, version: number | null, mode: number | null, hasTransmitTime: boolean) {
  if (length < packetLength) return { found: `a packet of ${length} bytes`, expected: `${packetLength} bytes or more` };
  if (version !== 3 && version !== 4) return { found: `NTP version ${version}`, expected: 'version 3 or 4' };
  if (mode !== clientMode) return { found: `mode ${mode}`, expected: `mode ${clientMode} (client)` };
  if (!hasTransmitTime) {
    return { found: 'transmit time 0', expected: 'the time of the agent, which the answer repeats as its origin' };
  }
  return null;
}

export const syncNtpRules: readonly Rule[] = [ntpSane];
