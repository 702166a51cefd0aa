import type { Observation } from '../observation.js';
import type { Advice, AdviceContext, Adviser, JudgedConversation } from './advice.js';
import { captureTruncated } from './capture-truncated.js';
import { clientBehindGateway } from './client-behind-gateway.js';
import { clocksApart } from './clocks-apart.js';
import { directionsApart } from './directions-apart.js';
import { droppedBetween } from './dropped-between.js';
import { duplicatePackets } from './duplicate-packets.js';
import { geneveNotDecapsulated } from './geneve-not-decapsulated.js';
import { nicNotCaptured } from './nic-not-captured.js';
import { oneWayPodNic } from './one-way-pod-nic.js';
import { tunnelNotDecapsulated } from './tunnel-not-decapsulated.js';
import { unknownPodMac } from './unknown-pod-mac.js';
import { virtualMirror } from './virtual-mirror.js';
import { vxlanUnusualPort } from './vxlan-unusual-port.js';

const advisers: readonly Adviser[] = [
  virtualMirror,
  oneWayPodNic,
  geneveNotDecapsulated,
  vxlanUnusualPort,
  tunnelNotDecapsulated,
  nicNotCaptured,
  unknownPodMac,
  clientBehindGateway,
  directionsApart,
  droppedBetween,
  captureTruncated,
  clocksApart,
  duplicatePackets,
];

/** All that the evidence gives reason to say, the likeliest cause first. */
export function adviceFor(given: Omit<AdviceContext, 'several' | 'inside' | 'hidden'>): Advice[] {
  const several: JudgedConversation[] = [];
  const inside: JudgedConversation[] = [];
  const hidden: Observation[] = [];
  for (const judged of given.conversations) {
    const { rows, kind } = judged.conversation;
    if (rows.length > 1) several.push(judged);
    if (kind === 'conversation') inside.push(judged);
    for (const row of rows) if (row.hiddenTunnel !== null) hidden.push(row);
  }
  return advisers.flatMap((adviser) => adviser({ ...given, several, inside, hidden }));
}
