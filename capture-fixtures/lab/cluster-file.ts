import { isPod, nodeOf, type PodName, parties, pods, type Span, serviceAddress, serviceAddress6 } from './plan.js';

/** The objects that tell whose address a Service's is, as `kubectl get -o json` prints them. */
export function clusterFile(
  span: Span,
  addresses: Readonly<Record<PodName, string>>,
  addresses6: Readonly<Record<PodName, string>> | undefined,
): string {
  const { server } = parties[span];
  const namespace = 'default';
  const podObjects = pods.map((name) => ({
    kind: 'Pod',
    apiVersion: 'v1',
    metadata: {
      name,
      namespace,
      uid: `pod-${name}`,
      labels: { app: isPod(server) && name === server ? 'server' : name },
    },
    spec: { nodeName: nodeOf[name] },
    status: {
      phase: 'Running',
      podIP: addresses[name],
      podIPs: [addresses, addresses6].flatMap((of) => (of === undefined ? [] : [{ ip: of[name] }])),
    },
  }));
  const service = {
    kind: 'Service',
    apiVersion: 'v1',
    metadata: { name: 'server', namespace, uid: 'service-server' },
    spec: {
      clusterIP: serviceAddress,
      clusterIPs: addresses6 === undefined ? [serviceAddress] : [serviceAddress, serviceAddress6],
      selector: { app: 'server' },
      ports: [
        { name: 'http', protocol: 'TCP', port: 80, targetPort: 8080 },
        { name: 'questions', protocol: 'UDP', port: 8053, targetPort: 8053 },
      ],
    },
  };
  return `${JSON.stringify({ kind: 'List', apiVersion: 'v1', items: [...podObjects, service] }, null, 1)}\n`;
}
