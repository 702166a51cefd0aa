import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ReportedConversation, WrittenReplayReport } from '../../../src/replay/replay-report.js';
import { packageFile } from '../../../src/wire/package-file.js';
import { type Ended, plumbline } from './plumbline.js';

export const exchanges = ['flannel-vxlan', 'macvlan', 'cilium-peer', 'ipvlan-l3'].flatMap((network) =>
  (['same', 'cross'] as const).map((span) => ({ network, span })),
);

export function fixture(...parts: readonly string[]): string {
  return packageFile(join('capture-fixtures', ...parts));
}

export interface ReplayEnded extends Ended {
  readonly report: WrittenReplayReport;
}

/** The JSON report of a replay that got as far as one. */
export async function replay(...args: readonly string[]): Promise<ReplayEnded> {
  const ended = await plumbline(['replay', ...args, '--format', 'json']);
  if (!ended.stdout.startsWith('{')) throw new Error(`no report (exit ${ended.code}):\n${ended.stdout}${ended.stderr}`);
  return { ...ended, report: JSON.parse(ended.stdout) as WrittenReplayReport };
}

export function judgedOnly(report: WrittenReplayReport): readonly ReportedConversation[] {
  return report.conversations.filter(({ judged }) => judged);
}

/** `tap side, node, NIC, direction` of each point of the one conversation that is judged. */
export function pointsOf(report: WrittenReplayReport): string[] {
  const [conversation, another] = judgedOnly(report);
  if (conversation === undefined || another !== undefined) throw new Error('expected one judged conversation');
  return conversation.points.map(({ tapSide, node, nic, direction }) => `${tapSide} ${node} ${nic} ${direction}`);
}

export async function siteText(network: string, span: string): Promise<string> {
  return readFile(fixture(network, span, 'site.yaml'), 'utf8');
}
