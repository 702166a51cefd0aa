import { describe, expect, it } from 'vitest';
import { replayJson, replayJsonParts } from '../../src/report/replay-json.js';
import { largeSite } from './support/large-site.js';
import { listed } from './support/listed.js';
import { replayed } from './support/replayed.js';

describe('JSON of a replay', () => {
  it.each([
    ['one conversation', replayed('flannel-vxlan', 'cross', { expect: { cni: 'veth' } }).report],
    ['many', largeSite(20, 10, { broken: 2 }).report],
    ['none', { ...replayed('macvlan', 'same').report, conversations: listed(), advice: [], site: 'a\n"b"' }],
  ])('of %s is as JSON.stringify has it', (_what, report) => {
    expect(replayJson(report)).toBe(`${JSON.stringify(report, null, 2)}\n`);
  });

  it('comes in parts no larger than a conversation', () => {
    const parts = [...replayJsonParts(largeSite(20, 10).report)];
    expect(parts.length).toBeGreaterThan(20);
  });
});
