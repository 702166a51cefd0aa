import { calicoIpip } from './cni/calico-ipip.js';
import { calicoRouted } from './cni/calico-routed.js';
import { cceTurbo } from './cni/cce-turbo.js';
import { ciliumGeneve, ciliumPeer, ciliumRedirect, ciliumVxlan } from './cni/cilium.js';
import { dualStack } from './cni/dual-stack.js';
import { erspanMirror } from './cni/erspan-mirror.js';
import { flannelVxlan } from './cni/flannel-vxlan.js';
import { gre } from './cni/gre.js';
import { hostGw } from './cni/host-gw.js';
import { ipvlanL2, ipvlanL3, ipvlanL3s } from './cni/ipvlan.js';
import { kubeOvnGeneve, kubeOvnUnderlay, kubeOvnVxlan, kubeOvnWithoutLb } from './cni/kube-ovn.js';
import { lossy } from './cni/lossy.js';
import { macvlan } from './cni/macvlan.js';
import { terway } from './cni/terway.js';
import { twoVpcs } from './cni/two-vpcs.js';
import type { CniLab } from './cni-lab.js';

/** Every lab, in the order of the coverage matrix. */
export const labs: readonly CniLab[] = [
  flannelVxlan,
  hostGw,
  calicoRouted,
  calicoIpip,
  gre,
  dualStack,
  twoVpcs,
  lossy,
  erspanMirror,
  ciliumPeer,
  ciliumRedirect,
  ciliumVxlan,
  ciliumGeneve,
  macvlan,
  cceTurbo,
  ipvlanL2,
  ipvlanL3,
  ipvlanL3s,
  terway,
  kubeOvnVxlan,
  kubeOvnGeneve,
  kubeOvnWithoutLb,
  kubeOvnUnderlay,
];
