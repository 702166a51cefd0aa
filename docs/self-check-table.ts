import type { SelfCheck } from '../src/server/self-check/self-check.js';
import type { GeneratedBlock } from './generated-block.js';

/** What `serve --self-check` holds answers against, as a Markdown table. */
export function selfCheckBlock(checks: readonly SelfCheck[]): GeneratedBlock {
  const rows = checks.map(({ id, demand }) => `| \`${id}\` | ${demand.replaceAll('|', '\\|')} |`);
  const text = ['| check | what agents demand |', '| --- | --- |', ...rows].join('\n');
  return { file: 'docs/guides/serve.md', name: 'self-checks', text };
}
