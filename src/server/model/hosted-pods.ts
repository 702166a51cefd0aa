/** Which Pods run where. */
export interface HostedPods {
  add(host: string, pod: string): void;
  delete(host: string, pod: string): void;
  on(host: string): Iterable<string>;
}

export function createHostedPods(): HostedPods {
  const byHost = new Map<string, Set<string>>();
  return {
    add: (host, pod) => {
      const pods = byHost.get(host) ?? new Set();
      byHost.set(host, pods);
      pods.add(pod);
    },
    delete: (host, pod) => {
      const pods = byHost.get(host);
      pods?.delete(pod);
      if (pods?.size === 0) byHost.delete(host);
    },
    on: (host) => byHost.get(host) ?? [],
  };
}
