import type { Rule, TrafficRule } from '../rule.js';
import { heartbeat, upload } from './common/example-upload.js';
import { createFindingCollector, notJudged } from './common/judgement.js';
import { byteSize } from './common/text.js';

const wellFormed: TrafficRule = {
  id: 'request/well-formed',
  scope: 'traffic',
  level: 'must',
  demand: 'The bytes of a request are a KubernetesAPISyncRequest, each known field with the wire type of the schema.',
  why: 'A request that cannot be decoded, or that has a field of another wire type, is refused with INTERNAL (13).',
  source: 'deepflow-server behaviour: requests are decoded as Protocol Buffers, proto2',
  example: {
    // A text of 127 bytes is announced, one comes.
    breaks: { calls: [upload(), { bytes: Uint8Array.of(0x0a, 0x7f, 0x61) }] },
    keeps: { calls: [upload(), heartbeat()] },
  },
  judge(traffic) {
    const findings = createFindingCollector();
    let judged = false;
    for (const { seq, outcome, sync, size, fault } of traffic.calls) {
      // What a fault kept from the server was not refused for its form.
      if (sync === undefined || outcome !== 'unary' || fault !== undefined) continue;
      judged = true;
      if (sync.effect !== 'none') continue;
      const problem = sync.problems.find(({ kind }) => kind === 'malformed' || kind === 'wrong-wire-type');
      findings.add(() => ({
        request: seq,
        found: problem === undefined ? `${byteSize(size)} that cannot be decoded` : problem.message,
        expected: 'a KubernetesAPISyncRequest as the proto files define it',
        message: 'The server refuses the request as a whole: generate the client from the proto files.',
      }));
    }
    return findings.judgement(judged ? undefined : notJudged('no KubernetesAPISync request was seen'));
  },
};

export const requestFormRules: readonly Rule[] = [wellFormed];
