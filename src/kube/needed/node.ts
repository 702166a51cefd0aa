import { asText } from '../json-value.js';
import { always, identityFields, mustEverywhere, type NeededField, shouldEverywhere, some } from './field.js';

export const nodeFields: readonly NeededField[] = [
  ...identityFields('node'),
  {
    id: 'node/internal-ip',
    path: 'status.addresses[type=InternalIP].address',
    demandedBy: 'both',
    level: mustEverywhere,
    lost: 'A Node without an InternalIP is left out, and a snapshot without any usable Node is rejected as a whole.',
    applies: always,
    present: ({ status }) =>
      some(status.addresses, (address) => address.type === 'InternalIP' && asText(address.address) !== ''),
    example: '10.0.0.11',
  },
  {
    id: 'node/ready-condition',
    path: 'status.conditions[reason=KubeletReady].status',
    demandedBy: 'both',
    level: shouldEverywhere,
    lost: 'The Node is shown in state exception: its state is read from the condition whose reason is KubeletReady.',
    applies: always,
    // A cluster may have no ready Node at the moment; what the uploader must carry is reason and status.
    present: ({ status }) =>
      some(status.conditions, (condition) => asText(condition.reason) !== '' && asText(condition.status) !== ''),
    example: { reason: 'KubeletReady', status: 'True' },
  },
  {
    id: 'node/pod-cidr',
    path: 'spec.podCIDR',
    demandedBy: 'both',
    // Not every network plugin has Kubernetes hand out Pod networks, so the field may be absent in Kubernetes itself.
    level: shouldEverywhere,
    lost: 'The Pod network has to be guessed; where Pod addresses span more than one /16 the Pods get no address.',
    applies: always,
    present: ({ spec }) => asText(spec.podCidr) !== '' || asText(spec.podCIDR) !== '',
    example: '10.244.1.0/24',
  },
];
