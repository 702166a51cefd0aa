import type { BuiltNetwork, CniLab } from './cni-lab.js';
import type { Network } from './network.js';
import { nodeOf, type PodName, serviceAddress } from './plan.js';

/** Makes the Service address stand for one Pod, as seen by one client. */
export async function addService(
  network: Network,
  lab: CniLab,
  built: BuiltNetwork,
  { client, server }: { readonly client: PodName; readonly server: PodName },
): Promise<void> {
  if (built.addService !== undefined) return built.addService(client, server);
  const onNode = lab.serviceAt === 'node';
  const backend = built.addresses[server];
  // A translation on the node is kube-proxy's; one within the Pod stands for those that act at the socket.
  await network.nft(
    onNode ? nodeOf[client] : client,
    `table ip service {
       chain translate {
         type nat hook ${onNode ? 'prerouting' : 'output'} priority -100;
         ip daddr ${serviceAddress} tcp dport 80 dnat to ${backend}:8080
         ip daddr ${serviceAddress} dnat to ${backend}
       }
       chain back { type nat hook ${onNode ? 'postrouting' : 'input'} priority 100; }
     }\n`,
  );
  // The packet finds its way anew once it is translated; before, it only needs some way out.
  if (!onNode) await network.ip(client, `route replace ${serviceAddress}/32 dev eth0 scope link`);
}
