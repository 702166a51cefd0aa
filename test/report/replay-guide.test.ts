import { readdir, readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { tunnelProtocols } from '../../src/agent-config/tunnel-protocol.js';
import { cniIds, spans } from '../../src/replay/matrix-cell.js';
import { stepSigns } from '../../src/report/replay-path.js';
import { replayText } from '../../src/report/replay-text.js';
import { createStyle } from '../../src/report/style.js';
import { packageFile } from '../../src/wire/package-file.js';
import { siteOf } from '../replay/support/lab.js';
import { replayed } from './support/replayed.js';

const guide = await readFile(packageFile('docs/guides/replay.md'), 'utf8');

describe('the guide to replay', () => {
  it('shows the table as it is', () => {
    const [, shown] = /```console\n([\s\S]*?)```/.exec(guide) ?? [];
    expect(shown).toBe(replayText(replayed('macvlan', 'same', { expect: { cni: 'macvlan' } }), createStyle(false), 20));
  });

  it('has a site file that can be read', () => {
    const [, yaml = ''] = /```yaml\n([\s\S]*?)```/.exec(guide) ?? [];
    const site = siteOf(yaml);
    expect(site.captures).toHaveLength(2);
    expect(site.settingsOf('n1').captureMode).toBe(1);
  });

  it('explains every sign and names every row', () => {
    for (const sign of Object.values(stepSigns)) expect(guide).toContain(`\`${sign}\` `);
    for (const name of [...cniIds, ...spans]) expect(guide).toContain(`\`${name}\``);
  });

  it('explains every advice that the code can give', async () => {
    const directory = packageFile('src/replay/advice');
    const ids = new Set<string>();
    for (const name of await readdir(directory)) {
      const text = await readFile(`${directory}/${name}`, 'utf8');
      for (const [, id] of text.matchAll(/adviceFrom\(\s*'([a-z-]+)'/g)) if (id !== undefined) ids.add(id);
    }
    expect(ids.size).toBeGreaterThan(10);
    for (const id of ids) expect(guide).toContain(`\`${id}\``);
    expect(tunnelProtocols.some(({ names }) => `${names[0]}-not-decapsulated` === 'vxlan-not-decapsulated')).toBe(true);
  });
});
