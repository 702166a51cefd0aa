import { breaksParser, parseAddress } from '../../kube/address.js';
import type { NodeReading, PodReading, ServiceReading } from '../../kube/reading.js';
import type { EntryEvidence, EntryRule, FindingDraft, Judgement, Rule } from '../rule.js';
import { at, changed, exampleSnapshot, upload } from './common/example-upload.js';
import { failedWith, notJudged, passed } from './common/judgement.js';
import { byCompat } from './common/source.js';
import { shown } from './common/text.js';

const notPod = notJudged('the entry holds no Pod');
const notAddressed = notJudged('the entry holds no Node and no Service');

const podIpIsAnIp: EntryRule = {
  id: 'hazard/pod-ip-is-an-ip',
  scope: 'entry',
  level: 'must',
  demand: 'status.podIP of a Pod is an IP address, or absent.',
  why: 'The controller parses it without checking and goes down with all clusters that it serves.',
  source: 'deepflow-server behaviour: a podIP that is no IP address ends the controller process',
  example: {
    breaks: { calls: [upload({ entries: withStatus({ podIP: '10.244.1.300' }) })] },
    keeps: { calls: [upload()] },
  },
  judge: (evidence) =>
    judgePods(evidence, ({ podIp }) =>
      podIp === '' || parseAddress(podIp) !== null
        ? null
        : {
            found: `status.podIP ${shown(podIp)}`,
            expected: 'one IPv4 or IPv6 address, or no podIP',
            message:
              'This podIP crashes the controller: check it before it is sent, and leave it out where it is no address.',
          },
    ),
};

const noPodNetworks: EntryRule = {
  id: 'hazard/no-pod-networks',
  scope: 'entry',
  level: 'must',
  demand: 'status.podNetworks of a Pod is absent or empty.',
  why: 'The controller mistakes the type of its elements and goes down with all clusters that it serves.',
  source: 'deepflow-server behaviour: any element of status.podNetworks ends the controller process',
  example: {
    breaks: { calls: [upload({ entries: withStatus({ podNetworks: [{ name: 'storage' }] }) })] },
    keeps: { calls: [upload({ entries: withStatus({ podNetworks: [] }) })] },
  },
  judge: (evidence) =>
    judgePods(evidence, ({ hasPodNetworks }) =>
      hasPodNetworks
        ? {
            found: 'status.podNetworks with an element',
            expected: 'no status.podNetworks',
            message: 'status.podNetworks crashes the controller: remove the field before sending.',
          }
        : null,
    ),
};

const noGenerateName: EntryRule = {
  id: 'hazard/no-generate-name',
  scope: 'entry',
  level: byCompat('info', 'info', 'should'),
  demand: 'A Pod is uploaded without metadata.generateName.',
  why: 'The server makes the identity of the Pod from its name without the letters of generateName, so that Pods of one workload can take the identity of each other.',
  source:
    'deepflow-server behaviour: v7 reads generateName of every Pod, v6.5 generate_name of Pods of StatefulSets; the document asks for generate_name, which Kubernetes never has',
  example: {
    breaks: { calls: [upload({ entries: withMetadata({ generateName: 'web-7d9f-', generate_name: 'store-' }) })] },
    keeps: { calls: [upload()] },
  },
  judge: (evidence, { compat }) =>
    judgePods(evidence, ({ generateName, generateNameSnake, owner }) => {
      const readInV65 = compat === 'v6.5' && owner.first?.kind === 'StatefulSet';
      const [key, value] = readInV65 ? ['generate_name', generateNameSnake] : ['generateName', generateName];
      if (value === '' || (compat === 'v6.5' && !readInV65)) return null;
      return {
        found: `metadata.${key} ${shown(value)}`,
        expected: `no metadata.${key}`,
        message: `Remove metadata.${key} before sending: without it the uid is the identity of the Pod.`,
      };
    }),
};

const numbersParse: EntryRule = {
  id: 'hazard/numbers-parse',
  scope: 'entry',
  level: 'must',
  demand: 'InternalIP and podCIDR of Nodes and clusterIP of Services can be parsed, where they look like addresses.',
  why: 'One of them that cannot be parsed fails the snapshot as a whole.',
  source: 'deepflow-server behaviour: text with a dot or a colon is parsed as an address or a network',
  example: {
    breaks: {
      calls: [
        upload({
          entries: changed(exampleSnapshot(), '*v1.Node', (node) => ({ ...node, spec: { podCIDR: '10.244.1.0/33' } })),
        }),
      ],
    },
    keeps: { calls: [upload()] },
  },
  judge({ decoded }) {
    let judgement = notAddressed;
    for (const reading of decoded.readings) {
      if (reading.kind !== 'node' && reading.kind !== 'service') continue;
      if (judgement === notAddressed) judgement = passed;
      for (const [path, value] of addressesOf(reading)) {
        if (!breaksParser(value)) continue;
        judgement = failedWith({
          found: `${path} ${shown(value)}`,
          expected: 'an IP address, a network such as 10.244.1.0/24, or no such field',
          message: 'The server cannot parse this and fails the whole snapshot: correct the value or leave it out.',
        });
      }
    }
    return judgement;
  },
};

function addressesOf(reading: NodeReading | ServiceReading): readonly (readonly [path: string, value: string])[] {
  if (reading.kind === 'service') return [['spec.clusterIP', reading.clusterIp]];
  return [
    ['InternalIP', reading.internalIp ?? ''],
    ['spec.podCIDR', reading.podCidr],
  ];
}

function judgePods({ decoded }: EntryEvidence, find: (pod: PodReading) => FindingDraft | null): Judgement {
  let judgement = notPod;
  let failed: FindingDraft[] | undefined;
  for (const reading of decoded.readings) {
    if (reading.kind !== 'pod') continue;
    judgement = passed;
    const finding = find(reading);
    if (finding === null) continue;
    failed ??= [];
    failed.push(finding);
  }
  return failed === undefined ? judgement : { status: 'failed', findings: failed };
}

function withStatus(more: object) {
  return changed(exampleSnapshot(), '*v1.Pod', (pod) => ({ ...pod, status: { ...at(pod, 'status'), ...more } }));
}

function withMetadata(more: object) {
  return changed(exampleSnapshot(), '*v1.Pod', (pod) => ({ ...pod, metadata: { ...at(pod, 'metadata'), ...more } }));
}

export const hazardRules: readonly Rule[] = [podIpIsAnIp, noPodNetworks, noGenerateName, numbersParse];
