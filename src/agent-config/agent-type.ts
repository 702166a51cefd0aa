import type { Choice } from './setting.js';

/** Types of agents whose tap sides can be decided, with DeepFlow's numbers and names. */
export const agentTypes = [
  { value: 7, label: 'K8s BM Node', short: 'HOST_POD' },
  { value: 8, label: 'K8s VM Node', short: 'VM_POD' },
  { value: 12, label: 'K8s Sidecar', short: 'K8S_SIDECAR' },
  { value: 3, label: 'Cloud Host', short: 'PUBLIC_CLOUD' },
  { value: 5, label: 'BM Server', short: 'PHYSICAL_MACHINE' },
  { value: 6, label: 'Dedicated mirror collector', short: 'DEDICATED_PHYSICAL_MACHINE' },
] as const satisfies readonly (Choice & { readonly short: string })[];

export type AgentType = (typeof agentTypes)[number]['value'];

/** Types that DeepFlow has and a replay cannot decide for. */
export const otherAgentTypes: Readonly<Record<number, string>> = {
  1: 'KVM',
  2: 'VMware ESXi VM',
  9: 'tunnel decapsulation',
  10: 'Hyper-V compute',
  11: 'Hyper-V network',
};

export function isAgentType(value: number): value is AgentType {
  return agentTypes.some((type) => type.value === value);
}
