import { stringify } from 'yaml';

/**
 * What kubeadm is told in a container: as kind tells it, with the address of this side in the certificate.
 *
 * @param version of Kubernetes, as the image names it
 * @param host under which the container's ports are reached
 */
export function kubeadmConfig(version: string, host: string): string {
  const apiVersion = 'kubeadm.k8s.io/v1beta3';
  const names = [...new Set(['localhost', '127.0.0.1', host])];
  return [
    {
      apiVersion,
      kind: 'ClusterConfiguration',
      kubernetesVersion: version.trim(),
      clusterName: 'plumbline',
      apiServer: { certSANs: names },
      networking: { podSubnet: '10.244.0.0/16', serviceSubnet: '10.96.0.0/16' },
    },
    {
      apiVersion,
      kind: 'InitConfiguration',
      nodeRegistration: { criSocket: 'unix:///run/containerd/containerd.sock' },
    },
    {
      apiVersion: 'kubelet.config.k8s.io/v1beta1',
      kind: 'KubeletConfiguration',
      cgroupDriver: 'systemd',
      cgroupRoot: '/kubelet',
      failSwapOn: false,
      imageGCHighThresholdPercent: 100,
      evictionHard: { 'nodefs.available': '0%', 'nodefs.inodesFree': '0%', 'imagefs.available': '0%' },
    },
    {
      apiVersion: 'kubeproxy.config.k8s.io/v1alpha1',
      kind: 'KubeProxyConfiguration',
      conntrack: { maxPerCore: 0 },
    },
  ]
    .map((document) => stringify(document))
    .join('---\n');
}
