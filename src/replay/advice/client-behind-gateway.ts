import { type Adviser, adviceFrom, collectEvidence, evidenceOf } from './advice.js';

/** The client's address is translated on the way: later places show a gateway's or node's. */
export const clientBehindGateway: Adviser = ({ several, tags }) => {
  const found = collectEvidence();
  for (const { conversation } of several) {
    if (conversation.clientSeenAs.length === 0) continue;
    const { client, rows } = conversation;
    const name = client.tags.pod === '' ? client.ip : `${client.tags.pod} (${client.ip})`;
    for (const row of rows) {
      if (row.source !== 'packet' || row.client.ip === client.ip) continue;
      const { type, node } = tags.tagsOf(row.client.ip);
      const owner = type === 'node' ? ` of node ${node}` : '';
      const detail = `${row.tapSide} shows the client ${name} as ${row.client.ip}${owner}; joined by sequence numbers`;
      found.add(() => evidenceOf(row, detail));
    }
  }
  const why =
    'The client is shown as a gateway’s address from some point on: its address is translated (a load balancer without its own ' +
    'data path, or masquerading). DeepFlow joins such rows by TCP sequence numbers only, and tags them with the gateway.';
  const setting =
    'keep client addresses in the network (Kube-OVN: enable-lb; Services: externalTrafficPolicy Local; no masquerading between Pods)';
  return adviceFrom('client-behind-gateway', why, setting, found);
};
