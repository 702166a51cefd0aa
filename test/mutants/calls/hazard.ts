import type { ExampleObject } from '../../../src/conformance/rules/common/example-upload.js';
import type { CallMutant } from '../call-mutant.js';
import { changeEntries, changeObjects, part } from '../change-calls.js';
import type { RecordedCall } from '../recording.js';

const virtualKubelet = 'virtual-kubelet.io/provider-cluster-native-name';

/** Mutants of hazard/*, privacy/* and cost/*: what should have stayed in the cluster. */
export const hazardMutants: readonly CallMutant[] = [
  {
    rule: 'hazard/pod-ip-is-an-ip',
    name: 'mask',
    does: 'It sends podIP with a mask.',
    change: pods((pod) => {
      const status = part(pod, 'status');
      if (typeof status.podIP === 'string') status.podIP = `${status.podIP}/24`;
    }),
  },
  {
    rule: 'hazard/no-pod-networks',
    name: 'kept',
    does: 'It keeps status.podNetworks, which some network plugins write.',
    change: pods((pod) => {
      part(pod, 'status').podNetworks = [{ name: 'storage' }];
    }),
  },
  {
    rule: 'hazard/no-generate-name',
    name: 'kept',
    does: 'It keeps generateName, and writes it once more as the document has it.',
    change: pods((pod) => {
      const metadata = part(pod, 'metadata');
      metadata.generateName = 'web-7d9f-';
      metadata.generate_name = 'store-';
    }),
  },
  {
    rule: 'hazard/numbers-parse',
    name: 'cidr',
    does: 'Its podCIDR has a mask of 33 bits.',
    change: (calls) =>
      changeObjects(calls, '*v1.Node', (node) => {
        part(node, 'spec').podCIDR = '10.244.1.0/33';
        return node;
      }),
  },
  {
    rule: 'hazard/numbers-parse',
    name: 'cluster-ip',
    does: 'Its clusterIP has a port.',
    change: (calls) =>
      changeObjects(calls, '*v1.Service', (service) => {
        part(service, 'spec').clusterIP = '10.96.0.10:80';
        return service;
      }),
  },
  {
    rule: 'hazard/no-virtual-kubelet-label',
    name: 'kept',
    does: "It keeps the labels of a Namespace, virtual-kubelet's too, that has a Pod without labels.",
    change: (calls) => labelled(calls, 'shop'),
  },
  {
    rule: 'hazard/no-idle-virtual-kubelet-label',
    name: 'kept',
    does: "It keeps virtual-kubelet's label of a Namespace without Pods.",
    change: (calls) => labelled(calls, 'kube-public'),
  },
  {
    rule: 'hazard/pod-subnet-known',
    name: 'without',
    does: 'It drops podCIDR in a cluster whose Pods have addresses in two networks.',
    change: (calls) =>
      changeObjects(calls, '*v1.Node', (node) => {
        delete part(node, 'spec').podCIDR;
        return node;
      }),
  },
  {
    rule: 'privacy/no-configmap-data',
    name: 'kept',
    does: 'It sends ConfigMaps with their data.',
    except: {
      doc: 'This compat reads no ConfigMaps: one that is sent breaks entry/type-read, too.',
      'v6.5': 'This compat reads no ConfigMaps: one that is sent breaks entry/type-read, too.',
    },
    change: (calls) =>
      changeObjects(calls, '*v1.ConfigMap', (configMap) => ({ ...configMap, data: { password: 'correct-horse' } })),
  },
  {
    rule: 'privacy/no-container-env',
    name: 'kept',
    does: 'It sends containers with their environment.',
    change: (calls) =>
      changeObjects(calls, '*v1.Deployment', (deployment) => {
        const podSpec = part(part(part(deployment, 'spec'), 'template'), 'spec');
        podSpec.containers = [{ name: 'web', env: [{ name: 'DB_PASSWORD', value: 'correct-horse' }] }];
        return deployment;
      }),
  },
  {
    rule: 'privacy/no-secrets',
    name: 'sent',
    does: 'It uploads Secrets.',
    change: (calls) =>
      changeEntries(calls, (entries) => [
        ...entries,
        {
          type: '*v1.Secret',
          object: {
            kind: 'Secret',
            metadata: { uid: '5e1d7c00-0000-4000-8000-0000000000f2', name: 'db', namespace: 'shop' },
            data: { password: 'Y29ycmVjdC1ob3JzZQ==' },
          },
        },
      ]),
  },
  {
    rule: 'cost/trimmed',
    name: 'managed-fields',
    does: 'It keeps managedFields.',
    change: pods((pod) => {
      part(pod, 'metadata').managedFields = [{ manager: 'kubelet', operation: 'Update', fieldsV1: { 'f:status': {} } }];
    }),
  },
];

function pods(change: (pod: ExampleObject) => void): CallMutant['change'] {
  return (calls) =>
    changeObjects(calls, '*v1.Pod', (pod) => {
      change(pod);
      return pod;
    });
}

function labelled(calls: readonly RecordedCall[], namespace: string): readonly RecordedCall[] {
  return changeObjects(calls, '*v1.Namespace', (object) => {
    const metadata = part(object, 'metadata');
    if (metadata.name === namespace) metadata.labels = { [virtualKubelet]: 'edge' };
    return object;
  });
}
