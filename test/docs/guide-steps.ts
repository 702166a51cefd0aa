/** One thing that happens in a guide, in its order. */
export type GuideStep =
  /** A block of commands (`sh`), and the output shown after it (`text`); null where none is shown. */
  | { readonly kind: 'commands'; readonly line: number; readonly commands: string; readonly output: string | null }
  /** `<!-- agent: ip=10.0.0.1 group=web -->`: what somebody else does at this place. */
  | { readonly kind: 'act'; readonly line: number; readonly who: string; readonly with: ReadonlyMap<string, string> };

/** Blocks of other languages (`bash`, `yaml`) are shown to readers only. */
export function guideSteps(markdown: string): readonly GuideStep[] {
  const steps: GuideStep[] = [];
  const lines = markdown.split('\n');
  for (let index = 0; index < lines.length; index++) {
    const text = lines[index] ?? '';
    const act = /^<!-- ([\w-]+): (.*) -->$/.exec(text);
    if (act !== null) {
      const words = (act[2] ?? '').split(' ').map((word) => word.split('=', 2) as [string, string]);
      steps.push({ kind: 'act', line: index + 1, who: act[1] ?? '', with: new Map(words) });
    }
    const fence = /^```(\w+)$/.exec(text);
    if (fence === null) continue;
    const end = lines.indexOf('```', index + 1);
    const block = lines.slice(index + 1, end).join('\n');
    const last = steps.at(-1);
    if (fence[1] === 'sh') steps.push({ kind: 'commands', line: index + 1, commands: block, output: null });
    if (fence[1] === 'text' && last?.kind === 'commands') steps[steps.length - 1] = { ...last, output: block };
    index = end;
  }
  return steps;
}
