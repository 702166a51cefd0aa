import type { KeyedBits } from './keyed-bits.js';
import type { MacMap } from './mac-map.js';

export const nameKinds = [
  'node',
  'pod',
  'namespace',
  'workload',
  'service',
  'label',
  'value',
  'program',
  'vpc',
  'nic',
] as const;
export type NameKind = (typeof nameKinds)[number];

/** Names by what they name; one gets the same other name wherever it stands. */
export interface NameMap {
  map(kind: NameKind, name: string): string;
  /** What was mapped until now, by kind. */
  readonly mapped: ReadonlyMap<NameKind, ReadonlyMap<string, string>>;
}

const prefixes: Readonly<Record<Exclude<NameKind, 'nic'>, string>> = {
  node: 'node',
  pod: 'pod',
  namespace: 'ns',
  workload: 'workload',
  service: 'service',
  label: 'label',
  value: 'value',
  program: 'program',
  vpc: 'vpc',
};

/** Every cluster has these. */
const common: ReadonlySet<string> = new Set(['default', 'kube-system', 'kube-public', 'kube-node-lease']);
const digits = 12;

export function createNameMap(keyed: KeyedBits, macs: MacMap): NameMap {
  const mapped = new Map<NameKind, Map<string, string>>(nameKinds.map((kind) => [kind, new Map<string, string>()]));
  const other = (kind: NameKind, name: string): string => {
    if (kind === 'nic') return nicName(keyed, macs, name);
    if (kind === 'namespace' && common.has(name)) return name;
    return `${prefixes[kind]}-${keyed.hex(`${kind}:${name}`, digits)}`;
  };
  return {
    mapped,
    map(kind, name) {
      if (name === '') return '';
      const ofKind = mapped.get(kind);
      const result = ofKind?.get(name) ?? other(kind, name);
      ofKind?.set(name, result);
      return result;
    },
  };
}

/** Of Linux, of drivers and of CNIs: the same on many machines. */
const plainNics: readonly RegExp[] = [
  // `any` is all of them at once.
  /^(any|lo|ovs-system|kube-bridge|kube-ipvs0|lxc_health|nodelocaldns|ovn0|ovn-k8s-mp0)$/,
  /^(eth|bond|team|wlan|ib|cni|cbr|docker|virbr|tunl|gre|gretap|erspan|sit|ip6tnl|wg|tun|dummy|br)\d{1,3}(\.\d{1,4})?$/,
  /^en(o\d{1,3}|s\d{1,3}(f\d{1,2})?|p\d{1,3}s\d{1,3}(f\d{1,2})?)((np|d)\d{1,2})?(\.\d{1,4})?$/,
  /^cilium_(vxlan|geneve|host|net|wg0)$/,
  /^(flannel|vxlan|geneve)([.-](\d{1,5}|v6\.\d{1,5}|calico))?$/,
  /^(vxlan|genev)_sys_\d{1,5}$/,
  /^br-(int|ex|local|tun)$/,
  /^antrea-(gw|tun)0$/,
];
/** What a beginning tells of a NIC's kind, and what DeepFlow's expression looks at; what follows may tell of a Pod. */
const families =
  /^(tap|cali|veth|lxc|gke|nic|azv|eth|en[osipx]|macvlan|ipvlan|cni|cbr|br|docker|virbr|kube-bridge|flannel|vxlan|tunl|geneve|gre|erspan|sit|ip6tnl|wg|ovn|cilium_|antrea|mynet|tun|dummy)/;
const longest = 15;

/** The kind of a NIC shows in the beginning of its name, which stays. */
function nicName(keyed: KeyedBits, macs: MacMap, name: string): string {
  if (/^enx[0-9a-f]{12}$/.test(name)) {
    return `enx${Buffer.from(macs.map(Buffer.from(name.slice(3), 'hex'))).toString('hex')}`;
  }
  if (plainNics.some((pattern) => pattern.test(name))) return name;
  const hex = (taken: number): string => keyed.hex(`nic:${name}`, Math.min(digits, longest - taken));
  if (/^[0-9a-f]+_h$/.test(name)) return `${hex(2)}_h`;
  if (/^eni[0-9a-f]{11}$/.test(name)) return `eni${keyed.hex(`nic:${name}`, 11)}`;
  const family = families.exec(name)?.[0] ?? 'if';
  return `${family}${hex(family.length)}`;
}
