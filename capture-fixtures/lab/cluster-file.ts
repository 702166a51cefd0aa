import { isPod, nodeOf, parties, pods, type Span, serviceAddress } from './plan.js';

/** The objects that tell whose address a Service's is, as `kubectl get -o json` prints them. */
export function clusterFile(span: Span, addresses: Readonly<Record<string, string>>): string {
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
    status: { phase: 'Running', podIP: addresses[name], podIPs: [{ ip: addresses[name] }] },
  }));
  const service = {
    kind: 'Service',
    apiVersion: 'v1',
    metadata: { name: 'server', namespace, uid: 'service-server' },
    spec: {
      clusterIP: serviceAddress,
      clusterIPs: [serviceAddress],
      selector: { app: 'server' },
      ports: [
        { name: 'http', protocol: 'TCP', port: 80, targetPort: 8080 },
        { name: 'questions', protocol: 'UDP', port: 8053, targetPort: 8053 },
      ],
    },
  };
  return `${JSON.stringify({ kind: 'List', apiVersion: 'v1', items: [...podObjects, service] }, null, 1)}\n`;
}
