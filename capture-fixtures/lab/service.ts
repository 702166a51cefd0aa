import type { BuiltNetwork, CniLab } from './cni-lab.js';
import type { Network } from './network.js';
import { nodeOf, type PodName, serviceAddress, serviceAddress6 } from './plan.js';

/** Makes the Service address stand for one Pod, as seen by one client. */
export async function addService(
  network: Network,
  lab: CniLab,
  built: BuiltNetwork,
  { client, server }: { readonly client: PodName; readonly server: PodName },
): Promise<void> {
  if (built.addService !== undefined) return built.addService(client, server);
  const where = lab.serviceAt === 'node' ? nodeOf[client] : client;
  await network.nft(where, translation('ip', serviceAddress, built.addresses[server], lab.serviceAt));
  if (built.addresses6 !== undefined) {
    await network.nft(where, translation('ip6', serviceAddress6, built.addresses6[server], lab.serviceAt));
  }
  // The packet finds its way anew once it is translated; before, it only needs some way out.
  if (lab.serviceAt === 'pod') await network.ip(client, `route replace ${serviceAddress}/32 dev eth0 scope link`);
}

/** A translation on the node is kube-proxy's; one within the Pod stands for those that act at the socket. */
function translation(family: 'ip' | 'ip6', from: string, to: string, at: CniLab['serviceAt']): string {
  const [out, back] = at === 'node' ? ['prerouting', 'postrouting'] : ['output', 'input'];
  const port = family === 'ip' ? `${to}:8080` : `[${to}]:8080`;
  return `table ${family} service {
    chain translate {
      type nat hook ${out} priority -100;
      ${family} daddr ${from} tcp dport 80 dnat to ${port}
      ${family} daddr ${from} dnat to ${to}
    }
    chain back { type nat hook ${back} priority 100; }
  }\n`;
}
