import { compatTraits } from '../../kube/compat.js';
import type { Rule, TrafficRule } from '../rule.js';
import type { Traffic, TrafficCall } from '../traffic.js';
import { heartbeat, upload } from './common/example-upload.js';
import { createFindingCollector, notJudged } from './common/judgement.js';
import { callsByCluster } from './common/sync-calls.js';
import { byteSize } from './common/text.js';

const resourceExhausted = 8;
/** A message that was refused for its size may be sent again so often before it counts as a loop. */
const toleratedRepeats = 2;
/** Times are kept in ms; a smaller overlap may come from rounding. */
const overlapTolerance = 1;

const knownMethod: TrafficRule = {
  id: 'transport/known-method',
  scope: 'traffic',
  level: 'must',
  demand: 'The called gRPC method exists on servers of the chosen generation.',
  why: 'A method that the server does not know is answered UNIMPLEMENTED (12), and nothing of the call arrives.',
  source:
    'deepflow-server behaviour: servers up to v6.5 serve /trident.Synchronizer only, servers from v7.0 on serve KubernetesAPISync in /agent.Synchronizer only',
  example: {
    breaks: { calls: [upload({}, { path: '/agent.Synchronizer/KubernetesApiSync', outcome: 'unknown-method' })] },
    keeps: { calls: [upload()] },
  },
  judge(traffic, { compat }) {
    if (traffic.calls.length === 0) return notJudged('no call was seen');
    const own = compatTraits[compat].package;
    const calledInOwn = new Set<string>();
    /** One call of each path and outcome: there are many calls, of few paths. */
    const firsts = new Map<string, TrafficCall>();
    for (const call of traffic.calls) {
      const key = `${call.outcome === 'unknown-method'} ${call.path}`;
      if (!firsts.has(key)) firsts.set(key, call);
    }
    for (const { path, outcome } of firsts.values()) {
      if (outcome !== 'unknown-method' && packageOf(path) === own) calledInOwn.add(methodOf(path));
    }
    const findings = createFindingCollector();
    const told = new Set<string>();
    for (const call of firsts.values()) {
      if (told.has(call.path) || isServiceOfGrpcItself(call.path)) continue;
      const other = packageOf(call.path) !== own && packageOf(call.path) !== null;
      if (other ? calledInOwn.has(methodOf(call.path)) : call.outcome !== 'unknown-method') continue;
      // The call in the package of its own may be among those that are not kept.
      if (other && traffic.dropped > 0) continue;
      told.add(call.path);
      findings.add(() => ({
        request: call.seq,
        found: call.path,
        expected: `a method of /${own}.Synchronizer`,
        message: other
          ? `Servers of ${compat} answer this path with UNIMPLEMENTED: call /${own}.Synchronizer/${methodOf(call.path)}. A client for all servers tries the package agent first and falls back to trident on status 12 (see --strict-packages).`
          : 'No server knows this path: compare service and method name with the proto files, letter by letter.',
      }));
    }
    return findings.judgement();
  },
};

const sizeWithinLimit: TrafficRule = {
  id: 'transport/size-within-limit',
  scope: 'traffic',
  level: 'must',
  demand:
    'A message stays under the limit of the server, and one that was refused for its size is not repeated in a loop.',
  why: 'The server refuses a larger message with RESOURCE_EXHAUSTED (8); the same bytes again can only fail again, at full cost.',
  source: 'deepflow-server behaviour: one message may have 104,857,600 bytes (100 MiB)',
  example: {
    breaks: { calls: [upload({}, { outcome: 'too-large' })] },
    keeps: { calls: [upload()] },
  },
  judge(traffic) {
    if (traffic.calls.length === 0) return notJudged('no call was seen');
    const findings = createFindingCollector();
    for (const call of traffic.calls) {
      if (call.outcome !== 'too-large' && call.size <= traffic.maxMessage) continue;
      findings.add(() => ({
        request: call.seq,
        found: call.size > 0 ? byteSize(call.size) : `more than ${byteSize(traffic.maxMessage)}`,
        expected: `at most ${byteSize(traffic.maxMessage)} in one message`,
        message: 'The message is over the limit of the server: trim the objects to the fields that DeepFlow needs.',
      }));
    }
    for (const { first, last, repeats } of refusedLoops(traffic)) {
      findings.add(() => ({
        request: last.seq,
        found: `the message of request ${first.seq} sent ${repeats + 1} times`,
        expected: 'another message after RESOURCE_EXHAUSTED',
        message:
          'The server refused these very bytes before and will refuse them again: send less, or report the error.',
      }));
    }
    return findings.judgement();
  },
};

const oneCallAtATime: TrafficRule = {
  id: 'transport/one-call-at-a-time',
  scope: 'traffic',
  level: 'should',
  demand: 'A KubernetesAPISync call of a cluster begins after the one before has been answered.',
  why: 'The order in which overlapping calls are stored is not that in which they were sent, so an older state may win.',
  source: 'deepflow-server behaviour: calls go to a queue and the last one stored replaces what was there',
  example: {
    breaks: { calls: [upload({}, { at: 0, takes: 5 }), heartbeat({}, { at: 2 })] },
    keeps: { calls: [upload({}, { at: 0, takes: 5 }), heartbeat({}, { at: 6 })] },
  },
  judge(traffic) {
    const findings = createFindingCollector();
    let compared = false;
    for (const calls of callsByCluster(traffic).values()) {
      let longest: TrafficCall | undefined;
      for (const call of calls) {
        if (longest !== undefined) {
          compared = true;
          const running = longest;
          const overlap = running.time + running.duration - call.time;
          if (overlap > overlapTolerance) {
            findings.add(() => ({
              request: call.seq,
              found: `it began ${Math.round(overlap)} ms before request ${running.seq} was answered`,
              expected: 'one call at a time for a cluster',
              message:
                'Two KubernetesAPISync calls of one cluster overlap: wait for the answer (or the deadline) first.',
            }));
          }
        }
        if (longest === undefined || call.time + call.duration > longest.time + longest.duration) longest = call;
      }
    }
    return findings.judgement(compared ? undefined : notJudged('fewer than two KubernetesAPISync calls of a cluster'));
  },
};

interface RefusedLoop {
  readonly first: TrafficCall;
  readonly last: TrafficCall;
  readonly repeats: number;
}

/** Runs of one message, each time answered RESOURCE_EXHAUSTED, on one path. */
function refusedLoops(traffic: Traffic): RefusedLoop[] {
  const loops: RefusedLoop[] = [];
  const running = new Map<string, RefusedLoop>();
  const close = (loop: RefusedLoop | undefined) => {
    if (loop !== undefined && loop.repeats > toleratedRepeats) loops.push(loop);
  };
  for (const call of traffic.calls) {
    if (running.size === 0 && call.status !== resourceExhausted) continue;
    const before = running.get(call.path);
    const same = before !== undefined && sameMessage(before.last, call);
    if (isRefusedForSize(call) && same) {
      running.set(call.path, { first: before.first, last: call, repeats: before.repeats + 1 });
      continue;
    }
    close(before);
    if (isRefusedForSize(call)) running.set(call.path, { first: call, last: call, repeats: 0 });
    else running.delete(call.path);
  }
  for (const loop of running.values()) close(loop);
  return loops;
}

/** A server that is made to say RESOURCE_EXHAUSTED for another reason will take the same message later. */
function isRefusedForSize({ status, fault }: TrafficCall): boolean {
  return status === resourceExhausted && (fault === undefined || fault === 'message-limit');
}

function sameMessage(left: TrafficCall, right: TrafficCall): boolean {
  return left.size === right.size && left.bytesDigest === right.bytesDigest;
}

/** `agent` or `trident` of `/agent.Synchronizer/Sync`; null where the path belongs to neither. */
function packageOf(path: string): 'agent' | 'trident' | null {
  if (path.startsWith('/agent.')) return 'agent';
  return path.startsWith('/trident.') ? 'trident' : null;
}

/** `Sync` of `/agent.Synchronizer/Sync`. */
function methodOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function isServiceOfGrpcItself(path: string): boolean {
  return path.startsWith('/grpc.health.') || path.startsWith('/grpc.reflection.');
}

export const transportRules: readonly Rule[] = [knownMethod, sizeWithinLimit, oneCallAtATime];
