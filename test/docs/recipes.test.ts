import { readFileSync } from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parse } from 'yaml';
import { packageFile } from '../../src/wire/package-file.js';
import { serve } from '../cli/support/plumbline.js';
import { temporaryDirectory } from '../journal/temporary-directory.js';
import { createGuideAgents } from './guide-agents.js';
import { missingTool, openGuideShell } from './guide-shell.js';
import { guideSteps } from './guide-steps.js';

const missing = missingTool();
const withTools = missing === null ? '' : ` (not here: ${missing})`;

/** Acts a guide out against a server of its own, and holds what is printed against what the guide shows. */
async function actOut(guide: string, args: readonly string[]) {
  const directory = temporaryDirectory();
  const running = await serve(args);
  onTestFinished(async () => {
    await running.stop();
  });
  const api = `http://${running.admin}`;
  const shell = openGuideShell(directory);
  onTestFinished(shell.close);
  const agents = createGuideAgents(running.grpc, api);
  const steps = guideSteps(readFileSync(packageFile(`docs/guides/${guide}`), 'utf8'));
  expect(steps.filter(({ kind }) => kind === 'commands').length).toBeGreaterThan(8);
  for (const step of steps) {
    if (step.kind === 'act') {
      await agents.act(step.who, step.with);
      continue;
    }
    const printed = await shell.run(step.commands.replaceAll('http://127.0.0.1:30417', api));
    expect(idsLeftOut(printed), `${guide}, line ${step.line}`).toBe(idsLeftOut(step.output ?? ''));
  }
  return agents;
}

/** Ids are made of counters: which ones they are is no matter of guides. */
function idsLeftOut(text: string): string {
  return text.replace(/\b([gd])-[0-9a-zA-Z]{10}\b/g, '$1-XXXXXXXXXX').trim();
}

describe.skipIf(missing !== null)(`the guides' commands print what the guides show${withTools}`, () => {
  it('agent groups', async () => {
    const { answers } = await actOut('agent-groups.md', ['--cluster', 'my-cluster']);
    expect(parse(answers.get('10.0.0.1')?.user_config ?? '')).toMatchObject({
      inputs: { resources: { push_interval: '30s' } },
    });
  });

  it('special environments', async () => {
    const { answers, oldAnswers } = await actOut('special-environments.md', []);
    expect(parse(answers.get('10.0.0.1')?.user_config ?? '')).toMatchObject({
      inputs: { cbpf: { common: { capture_mode: 1 }, af_packet: { interface_regex: 'eth0' } } },
    });
    expect(oldAnswers.get('10.0.0.2')?.config).toMatchObject({ tap_mode: 'MIRROR', tap_interface_regex: 'eth0' });
    expect(answers.get('10.9.0.9')?.dynamic_config).toMatchObject({ kubernetes_api_enabled: true });
    for (const ip of ['10.0.1.1', '10.0.1.2', '10.0.2.1']) {
      expect(answers.get(ip)?.dynamic_config, ip).toMatchObject({
        kubernetes_api_enabled: false,
        agent_type: 'TT_VM_POD',
      });
    }
  });
});

it('a guide that shows something else is found out', () => {
  const steps = guideSteps('a\n```sh\necho 1\n```\n\n```text\n2\n```\n<!-- agent: ip=1.2.3.4 -->\n```bash\nno\n```\n');
  expect(steps).toEqual([
    { kind: 'commands', line: 2, commands: 'echo 1', output: '2' },
    { kind: 'act', line: 9, who: 'agent', with: new Map([['ip', '1.2.3.4']]) },
  ]);
});
