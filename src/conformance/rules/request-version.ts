import type { Rule, TrafficRule } from '../rule.js';
import { changed, exampleSnapshot, exampleVersion, heartbeat, upload } from './common/example-upload.js';
import { createFindingCollector, notJudged } from './common/judgement.js';
import { document } from './common/source.js';
import { callsByCluster, type KubernetesApiSync, noSyncCall, reporterOf, syncCalls } from './common/sync-calls.js';

const scaledUp = changed(exampleSnapshot(), '*v1.Deployment', (deployment) => ({
  ...deployment,
  spec: { ...(deployment.spec as object), replicas: 5 },
}));

const sameContent = changed(exampleSnapshot(), '*v1.Deployment', (deployment) => ({
  ...deployment,
  metadata: { ...(deployment.metadata as object), resourceVersion: '4712' },
}));

const present: TrafficRule = {
  id: 'request/version-present',
  scope: 'traffic',
  level: 'must',
  demand: 'Every request carries a version other than 0.',
  why: 'The server drops a request without version and answers OK all the same.',
  source: `${document}: field version`,
  example: { breaks: { calls: [upload({ version: 0 })] }, keeps: { calls: [upload()] } },
  judge(traffic) {
    const calls = syncCalls(traffic);
    if (calls.length === 0) return noSyncCall;
    const findings = createFindingCollector();
    for (const call of calls) {
      if (call.sync.version !== 0n) continue;
      findings.add(() => ({
        request: call.seq,
        found: 'version 0 or none',
        expected: 'a number that changes when the resources change, e.g. the Unix time in seconds of the last change',
        message: 'version (field 2) is 0: the server throws the request away.',
      }));
    }
    return findings.judgement();
  },
};

const changesWithContent: TrafficRule = {
  id: 'request/version-changes-with-content',
  scope: 'traffic',
  level: 'must',
  demand: 'When the resources have changed, the version has changed too.',
  why: 'The server ignores the entries of a version that it holds already: the change never arrives.',
  source: `${document}: field version`,
  example: {
    breaks: { calls: [upload(), upload({ entries: scaledUp })] },
    keeps: { calls: [upload(), upload({ entries: scaledUp, version: exampleVersion + 1 })] },
  },
  judge(traffic) {
    const findings = createFindingCollector();
    let compared = false;
    for (const calls of callsByCluster(traffic).values()) {
      for (const [before, after] of consecutive(calls.filter(hasContent))) {
        if (before.sync.contentDigest === after.sync.contentDigest) continue;
        compared = true;
        if (before.sync.version !== after.sync.version) continue;
        findings.add(() => ({
          request: after.seq,
          found: `version ${after.sync.version} with other content than in request ${before.seq}`,
          expected: 'another version',
          message: 'The entries differ from the upload before, the version does not: the server ignores these entries.',
        }));
      }
    }
    return findings.judgement(compared ? undefined : notJudged('no two uploads with different content were seen'));
  },
};

const stableWithoutChange: TrafficRule = {
  id: 'request/version-stable-without-change',
  scope: 'traffic',
  level: 'must',
  demand:
    'While the fields that DeepFlow needs stay the same, so does the version; resourceVersion, managedFields and the times of conditions are not content.',
  why: 'Each new version makes the server take the whole snapshot in again and compare it with its database.',
  source: `${document}: field version`,
  example: {
    breaks: { calls: [upload(), upload({ entries: sameContent, version: exampleVersion + 1 })] },
    keeps: { calls: [upload(), heartbeat()] },
  },
  judge(traffic) {
    const findings = createFindingCollector();
    let compared = false;
    for (const calls of callsByCluster(traffic).values()) {
      const uploads = new Map<string, KubernetesApiSync>();
      for (const call of calls) {
        if (call.sync.version === 0n || call.sync.errorMsg !== '') continue;
        const reporter = reporterOf(call);
        const uploaded = uploads.get(reporter);
        if (uploaded !== undefined && call.sync.version === uploaded.sync.version) compared = true;
        if (!hasContent(call)) continue;
        uploads.set(reporter, call);
        if (uploaded === undefined || uploaded.sync.contentDigest !== call.sync.contentDigest) continue;
        compared = true;
        if (uploaded.sync.version === call.sync.version) continue;
        findings.add(() => ({
          request: call.seq,
          found: `version ${call.sync.version} with the content of version ${uploaded.sync.version} (request ${uploaded.seq})`,
          expected: `version ${uploaded.sync.version}`,
          message:
            'Nothing that DeepFlow needs has changed, yet the version has: compare the needed fields only, not resourceVersion or managedFields.',
        }));
      }
    }
    return findings.judgement(compared ? undefined : notJudged('no two requests with the same content were seen'));
  },
};

const entriesOmitted: TrafficRule = {
  id: 'request/entries-omitted-when-unchanged',
  scope: 'traffic',
  level: 'should',
  demand: 'A version that the server has confirmed is repeated without entries.',
  why: 'The server does not look at the entries of a version that it holds: they cost bandwidth and nothing else.',
  source: `${document}: field version`,
  example: {
    breaks: { calls: [upload(), upload()] },
    keeps: { calls: [upload(), heartbeat()] },
  },
  judge(traffic) {
    const findings = createFindingCollector();
    let compared = false;
    let answered = false;
    for (const calls of callsByCluster(traffic).values()) {
      let content = '';
      let before: KubernetesApiSync | undefined;
      for (const call of calls) {
        const known = before !== undefined && before.sync.errorMsg === '' && confirmed(before);
        answered ||= call.sync.answerVersion !== null;
        const sameContent = call.sync.entryCount === 0 || content === '' || call.sync.contentDigest === content;
        if (known && call.sync.errorMsg === '' && call.sync.version === before?.sync.version && sameContent) {
          compared = true;
          if (call.sync.entryCount > 0) {
            findings.add(() => ({
              request: call.seq,
              found: `${call.sync.entryCount} entries with version ${call.sync.version}, which the server had confirmed`,
              expected: 'the same version without entries',
              message: 'Nothing has changed and the server holds this version: leave the entries out.',
            }));
          }
        }
        if (call.sync.entryCount > 0) content = call.sync.contentDigest;
        before = call;
      }
    }
    if (compared) return findings.judgement();
    return notJudged(
      answered
        ? 'no version that the server had confirmed was sent again'
        : 'no answer carried a version, so that the agent cannot know what the server holds',
    );
  },
};

function hasContent(call: KubernetesApiSync): boolean {
  return call.sync.entryCount > 0 && call.sync.contentDigest !== '' && call.sync.version !== 0n;
}

function confirmed(call: KubernetesApiSync): boolean {
  return call.status === 0 && call.sync.version !== 0n && call.sync.answerVersion === call.sync.version;
}

function* consecutive<Item>(items: readonly Item[]): Iterable<readonly [Item, Item]> {
  let before: Item | undefined;
  for (const item of items) {
    if (before !== undefined) yield [before, item];
    before = item;
  }
}

export const requestVersionRules: readonly Rule[] = [present, changesWithContent, stableWithoutChange, entriesOmitted];
