import type { Advice } from '../replay/advice/advice.js';
import { evidenceText, settingLines } from './replay-words.js';
import type { Style } from './style.js';

/** Why, what to set, and the packets that show it. */
export function adviceLines(advice: readonly Advice[], style: Style): string[] {
  if (advice.length === 0) return [];
  return [style.bold('What to do'), ...advice.flatMap((each, i) => oneAdvice(each, i + 1, style))];
}

function oneAdvice({ id, why, setting, evidence }: Advice, number: number, style: Style): string[] {
  const lines = settingLines(setting);
  return [
    `  ${number}. ${style.warn(id)}`,
    `     ${why}`,
    ...(lines === null
      ? [`     ${style.bold('do')}   ${setting}`]
      : lines.map((line, i) => `     ${i === 0 ? style.bold('set') : '   '}  ${style.good(line)}`)),
    ...evidence.flatMap((each) => [
      style.dim(`     seen ${evidenceText(each)}`),
      ...(each.filter === '' ? [] : [style.dim(`          filter: ${each.filter}`)]),
    ]),
  ];
}
