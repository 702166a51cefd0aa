import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { describeAgent, full } from './describe-agent.js';
import { pythonAgent } from './example-agents.js';

describeAgent(pythonAgent, ({ serve, start, put }) => {
  test('reads YAML as kubectl means it', async () => {
    const yaml = await readFile('fixtures/clusters/shop.yaml', 'utf8');
    // Older kubectl prints timestamps without quotes.
    await put('shop.yaml', yaml.replaceAll(/creationTimestamp: ["'](.*)["']/g, 'creationTimestamp: $1'));
    const server = await serve();
    start(server.address);
    const { entries } = await server.report(full);
    const pod = entries.find(({ object }) => (object.metadata as { name?: string } | undefined)?.name === 'postgres-0');
    expect(pod?.object.metadata).toMatchObject({ creationTimestamp: '2024-04-29T10:02:39Z' });
  });
});
