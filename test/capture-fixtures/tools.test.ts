import { afterEach, describe, expect, it, vi } from 'vitest';
import { obstacles } from '../../capture-fixtures/lab/tools.js';

afterEach(() => {
  vi.restoreAllMocks();
});

describe('what keeps a lab from being built', () => {
  it('is named with the package that has what is missing', async () => {
    const found = await obstacles([
      { program: 'no-such-compiler', package: 'clang libbpf-dev' },
      { program: 'no-such-switch', package: 'openvswitch-switch' },
    ]);
    expect(found.join('\n')).toMatch(
      /no-such-compiler, no-such-switch are missing.*apt-get install .*clang libbpf-dev openvswitch-switch/,
    );
  });

  it('is being somebody else than root', async () => {
    vi.spyOn(process, 'getuid').mockReturnValue(1000);
    expect((await obstacles()).join('\n')).toContain('network namespaces need root');
  });

  it('is another system than Linux', async () => {
    vi.spyOn(process, 'platform', 'get').mockReturnValue('darwin');
    expect((await obstacles()).join('\n')).toContain('this is darwin: network namespaces need Linux');
  });
});
