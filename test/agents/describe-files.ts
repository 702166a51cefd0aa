import { expect, test } from 'vitest';
import { type AgentBench, clean, full } from './describe-agent.js';
import type { FileFeed } from './feed.js';

/** What agents do that report from files. */
export function describeFiles({ serve, start, feed }: AgentBench<FileFeed>): void {
  test('a file that is gone is an error, not a deletion', async () => {
    const server = await serve();
    start(server.address);
    const first = await server.report(full);
    await feed().remove('services.json');
    const bad = await server.report((report) => !clean(report));
    expect(bad.errorMsg).toContain('services.json');
    expect(bad.entries).toHaveLength(first.entries.length);
  });
}
