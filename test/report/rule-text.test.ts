import { describe, expect, it } from 'vitest';
import { catalogue, findRule } from '../../src/conformance/catalogue.js';
import { catalogueJson, catalogueText, ruleText } from '../../src/report/rule-text.js';
import { createStyle } from '../../src/report/style.js';

const plain = createStyle(false);

describe('the text of a rule', () => {
  it('writes out only what sets the two examples apart', () => {
    const rule = findRule('snapshot/version-info');
    if (rule === undefined) throw new Error('the catalogue has the rule');
    const text = ruleText(rule, [], plain);
    const [breaks = '', keeps = ''] = text.slice(text.indexOf('Calls that break it')).split('Calls that keep it');
    expect(breaks).toContain('9 entries as in a healthy upload');
    expect(breaks).not.toContain('*version.Info');
    expect(keeps).toContain('and entry *version.Info  zlib of {"gitVersion":"v1.30.2"}');
  });

  it.each(catalogue())('of $id tells the two examples apart', (rule) => {
    const text = ruleText(rule, [], plain);
    const [breaks, keeps] = text.slice(text.indexOf('Calls that break it') + 19).split('Calls that keep it');
    expect(breaks?.trim()).not.toBe(keeps?.trim());
  });
});

describe('the catalogue', () => {
  it('names each rule once, in text and in JSON', () => {
    const ids = catalogue().map(({ id }) => id);
    const json = JSON.parse(catalogueJson(catalogue())) as { id: string; level: Record<string, string | null> }[];
    expect(json.map(({ id }) => id)).toEqual(ids);
    expect(json.every(({ level }) => 'doc' in level && 'v6.5' in level && 'v7' in level)).toBe(true);
    const text = catalogueText(catalogue(), plain);
    for (const id of ids) expect(text).toContain(`${id} `);
  });
});
