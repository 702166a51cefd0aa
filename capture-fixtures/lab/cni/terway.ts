import { type BpfProgram, bpfTools, compileBpf } from '../bpf.js';
import type { CniLab } from '../cni-lab.js';
import { buildIpvlan } from '../ipvlan-pods.js';
import { pods } from '../plan.js';
import { pointsOfSubInterfaces } from '../points.js';

const program: BpfProgram = { source: 'cni/terway.bpf.c', defined: {} };

export const terway: CniLab = {
  id: 'terway',
  title: 'IPVlan NICs in mode l2 with eBPF on what the Pods send (like Alibaba Cloud Terway)',
  row: 'terway',
  kernel: 'guest',
  tools: bpfTools,
  programs: [program],
  agent: { tap_interface_regex: 'eth0' },
  points: pointsOfSubInterfaces(false),
  serviceAt: 'pod',
  async build(network, lab) {
    const built = await buildIpvlan(network, 'l2');
    const object = await compileBpf(program, lab.program, lab.objects);
    for (const pod of pods) {
      await network.exec(pod, 'tc qdisc add dev eth0 clsact');
      await network.exec(pod, `tc filter add dev eth0 egress bpf da obj ${object} sec from_pod`);
    }
    return built;
  },
};
