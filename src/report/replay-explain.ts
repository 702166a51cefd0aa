import type { ExplainedPeer, Explanation } from '../replay/explain.js';
import type { ReplayReport, ReportedConversation, ReportedPoint } from '../replay/replay-report.js';
import { grouped } from './quantities.js';
import { placeOf } from './replay-path.js';
import { conversationText } from './replay-words.js';
import type { Style } from './style.js';
import { textTable } from './text-table.js';

/**
 * For every point of every conversation each input of the tap-side decision and the row of the table that decided. The
 * report has to hold explanations.
 *
 * @param limit conversations that are written out; the rest is counted
 */
export function replayExplanations({ conversations }: ReplayReport, style: Style, limit: number): string {
  const left = conversations.length - limit;
  const lines = [
    style.bold('How each tap side was decided'),
    ...conversations.first(limit).flatMap((conversation) => ['', ...explained(conversation, style)]),
    ...(left > 0 ? ['', style.dim(`  ... and ${grouped(left)} more`)] : []),
  ];
  return `${lines.join('\n')}\n`;
}

function explained(conversation: ReportedConversation, style: Style): string[] {
  return [
    `  ${style.bold(conversationText(conversation))}`,
    ...conversation.points.flatMap((point) => pointLines(point, style)),
  ];
}

function pointLines(point: ReportedPoint, style: Style): string[] {
  const head = `  ${style.good(point.tapSide)} at ${placeOf(point)}${point.flowId === null ? '' : `, flow ${point.flowId}`}`;
  const { explain } = point;
  if (point.source === 'syscall') {
    return [`${head}: a system call of the ${point.tapSide === 'c-p' ? 'client' : 'server'}, which decides alone`];
  }
  if (explain === undefined) return [`${head}: no explanation was kept`];
  return [
    `${head}: decided by ${style.bold(explain.decidedBy)}`,
    style.dim(`    ${flowInputs(explain)}`),
    ...peerTable(explain.client, explain.server, style),
    ...resolutionLines(explain),
  ];
}

function flowInputs({ agentType, captureNetworkType, tunnelTier, sameMac }: Explanation): string {
  const network = captureNetworkType === 3 ? '3 (cloud)' : `${captureNetworkType} (IDC)`;
  return `agent type ${agentType}, capture network ${network}, tunnel tier ${tunnelTier}, both MACs equal: ${bit(sameMac)}`;
}

function peerTable(client: ExplainedPeer, server: ExplainedPeer, style: Style): string[] {
  const row = (name: string, of: (peer: ExplainedPeer) => string) => [style.dim(name), of(client), of(server)];
  const rows = [
    ['', 'client', 'server'].map(style.dim),
    row('address', ({ ip }) => ip),
    row('  belongs to', ({ ipOwner }) => orNobody(ipOwner)),
    row('MAC', ({ mac }) => mac),
    row('  belongs to', ({ macOwner }) => orNobody(macOwner)),
    row('l2_end', ({ l2End }) => bit(l2End)),
    row('l3_end', ({ l3End }) => bit(l3End)),
    row('local MAC', ({ localMac }) => bit(localMac)),
    row('local IP', ({ localIp }) => bit(localIp)),
    row('VPC', ({ epc }) => epcText(epc)),
    row('told by', ({ steps }) => steps.join(', ')),
    row('row of the table', (peer) => peer.row?.id ?? 'none asked'),
    row('  which is', (peer) => peer.row?.means ?? ''),
    row('  and answers', (peer) => (peer.row === null ? '' : (peer.row.answer ?? 'nothing'))),
  ];
  return textTable(rows)
    .split('\n')
    .map((line) => `  ${line}`);
}

function resolutionLines({ resolution }: Explanation): string[] {
  if (resolution === null) return [];
  return [`    both answer; ${resolution.id} keeps ${resolution.keeps}: ${resolution.means}`];
}

function epcText(epc: number): string {
  return epc === 0 ? '0 (unknown)' : epc === -2 ? '-2 (Internet)' : String(epc);
}

function orNobody(owner: string): string {
  return owner === '' ? 'nobody that is known' : owner;
}

function bit(flag: boolean): string {
  return flag ? '1' : '0';
}
