import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { describeAgent, full } from './describe-agent.js';
import { describeFiles } from './describe-files.js';
import { pythonAgent } from './example-agents.js';
import { fileFeed } from './feed.js';

describeAgent(pythonAgent, fileFeed, (bench) => {
  describeFiles(bench);

  test('reads YAML as kubectl means it', async () => {
    const yaml = await readFile('fixtures/clusters/shop.yaml', 'utf8');
    // Older kubectl prints timestamps without quotes.
    await bench.feed().put('shop.yaml', yaml.replaceAll(/creationTimestamp: ["'](.*)["']/g, 'creationTimestamp: $1'));
    const server = await bench.serve();
    bench.start(server.address);
    const { entries } = await server.report(full);
    const pod = entries.find(({ object }) => (object.metadata as { name?: string } | undefined)?.name === 'postgres-0');
    expect(pod?.object.metadata).toMatchObject({ creationTimestamp: '2024-04-29T10:02:39Z' });
  });
});
