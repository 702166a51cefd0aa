import { describe, expect, it } from 'vitest';
import { exampleSnapshot, without } from '../../src/conformance/rules/common/example-upload.js';
import { inventoryText } from '../../src/report/inventory-text.js';
import { createStyle } from '../../src/report/style.js';
import { inventoryOf } from '../kube/entries.js';

const plain = createStyle(false);

function textOf(types: readonly string[], limit = 5): string {
  const drafts = without(exampleSnapshot(), ...types).map(({ type, object }) => ({ type, object }));
  return inventoryText(inventoryOf('v7', drafts), plain, limit);
}

describe('inventoryText', () => {
  it('says what is shown, in numbers', () => {
    const text = textOf([]);
    expect(text).toContain('SHOWN');
    expect(text).toMatch(/\*v1\.Pod +2 +2 +0/);
    expect(text).toContain('2 pods');
    expect(text).not.toContain('Not shown, and why');
  });

  it('says each reason once, with the objects it concerns, and what to do', () => {
    const text = textOf(['*v1.Namespace']);
    expect(text.match(/Namespace shop is not in the upload/g)).toHaveLength(6);
    expect(text).toContain('shop/web-7d9f-x2x4z, shop/store-0');
    expect(text).toMatch(/What to do\n {2}1\. Add \*v1\.Namespace entries/);
  });

  it('counts what it does not write out', () => {
    expect(textOf(['*v1.Namespace'], 1)).toContain('shop/web-7d9f-x2x4z ... and 1 more (--all writes them all)');
  });

  it("gives the server's own words for a snapshot that is rejected", () => {
    const text = textOf(['*version.Info']);
    expect(text).toContain('REJECTED');
    expect(text).toContain('server\'s words: "not found k8s version info"');
    expect(text).toContain('judged as if the snapshot were accepted');
  });
});
