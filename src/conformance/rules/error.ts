import { compatTraits } from '../../kube/compat.js';
import type { Rule, TrafficRule } from '../rule.js';
import type { Traffic } from '../traffic.js';
import { exampleVersion, heartbeat, upload } from './common/example-upload.js';
import { createFindingCollector, notJudged } from './common/judgement.js';
import { document, serversOnly } from './common/source.js';
import { callsByCluster, type KubernetesApiSync, syncCalls } from './common/sync-calls.js';
import { shown } from './common/text.js';
import { droppedForTeam } from './request-sender.js';

const exampleError = 'list pods: 503 Service Unavailable';

const reportIsKept: TrafficRule = {
  id: 'error/report-is-kept',
  scope: 'traffic',
  level: serversOnly('must'),
  demand:
    'A request with error_msg is one that the server keeps: it carries entries, or agent_id and the version that the server holds.',
  why: 'The server drops any other request without entries, and with it the error: nobody learns that the resources are stale.',
  source: 'deepflow-server behaviour: a request without entries is kept only with agent_id and an unchanged version',
  implies: ['error/keeps-version-and-entries'],
  example: {
    breaks: { calls: [upload(), heartbeat({ version: exampleVersion + 1, error_msg: exampleError }), upload()] },
    keeps: { calls: [upload(), heartbeat({ error_msg: exampleError })] },
  },
  judge(traffic) {
    if (errorReports(traffic).length === 0) return noReport;
    const calls = reportsAfterUpload(traffic);
    if (calls.length === 0) return notJudged('nothing was uploaded before the request with error_msg');
    const findings = createFindingCollector();
    for (const call of calls) {
      const { sync } = call;
      const lost = sync.effect === 'dropped' && sync.entryCount === 0 && sync.version !== 0n && sync.clusterId !== '';
      if (!lost || droppedForTeam(call)) continue;
      findings.add(() => ({
        request: call.seq,
        found: `error_msg ${shown(sync.errorMsg)} without entries, ${sync.agentId === 0 ? 'without agent_id' : `with version ${sync.version}, which the server does not hold`}`,
        expected: 'the version and the entries of the request before, or that version and agent_id',
        message:
          'The server threw this report away: repeat the last version (and, without agent_id, the last entries) with error_msg.',
      }));
    }
    return findings.judgement();
  },
};

const keepsVersionAndEntries: TrafficRule = {
  id: 'error/keeps-version-and-entries',
  scope: 'traffic',
  level: 'should',
  demand:
    'A request with error_msg repeats the last version and the last entries; where the server holds them, agent_id and the version alone are as good.',
  why: 'With another version the last good set would be replaced by whatever the failed reading of the Kubernetes API left.',
  source: `${document}: field error_msg`,
  example: {
    breaks: { calls: [upload(), upload({ version: exampleVersion + 1, error_msg: exampleError })] },
    keeps: { calls: [upload(), upload({ error_msg: exampleError })] },
  },
  judge(traffic, { compat }) {
    const { needsAgentId } = compatTraits[compat];
    const findings = createFindingCollector();
    let judged = false;
    for (const calls of callsByCluster(traffic).values()) {
      let before: KubernetesApiSync | undefined;
      let content = '';
      for (const call of calls) {
        const { sync } = call;
        if (sync.errorMsg !== '' && before !== undefined) {
          judged = true;
          const last = before;
          const heldByServer = sync.entryCount === 0 && needsAgentId && sync.agentId !== 0;
          const otherContent = sync.entryCount > 0 && content !== '' && sync.contentDigest !== content;
          const wrong =
            sync.version !== last.sync.version
              ? `version ${sync.version} after version ${last.sync.version}`
              : sync.entryCount === 0 && !heldByServer
                ? 'no entries'
                : otherContent && sync.contentDigest !== ''
                  ? 'other entries than in the upload before'
                  : null;
          if (wrong !== null) {
            findings.add(() => ({
              request: call.seq,
              found: `error_msg ${shown(sync.errorMsg)} with ${wrong}`,
              expected: `version ${last.sync.version}, as in request ${last.seq}, and the entries sent last`,
              message: 'While the Kubernetes API fails, keep the last good version and entries and only add error_msg.',
            }));
          }
        }
        if (sync.entryCount > 0 && sync.errorMsg === '') content = sync.contentDigest;
        // Before the first upload there is nothing to keep.
        if (sync.version !== 0n && (before !== undefined || sync.entryCount > 0)) before = call;
      }
    }
    return findings.judgement(judged ? undefined : afterNothing(traffic));
  },
};

const noReport = notJudged('no request carried an error_msg');

function afterNothing(traffic: Traffic) {
  return errorReports(traffic).length === 0 ? noReport : notJudged('no request came before the one with error_msg');
}

/** Before its first upload an agent has no version that the server would hold. */
function reportsAfterUpload(traffic: Traffic): KubernetesApiSync[] {
  return [...callsByCluster(traffic).values()].flatMap((calls) => {
    const first = calls.findIndex(({ sync }) => sync.effect === 'stored');
    return first < 0 ? [] : calls.slice(first).filter(({ sync }) => sync.errorMsg !== '');
  });
}

function errorReports(traffic: Traffic): KubernetesApiSync[] {
  return syncCalls(traffic).filter((call) => call.sync.errorMsg !== '');
}

export const errorRules: readonly Rule[] = [reportIsKept, keepsVersionAndEntries];
