import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeEntry } from '../../../src/wire/entry-codec.js';
import { connect } from '../support/grpc-client.js';
import { startServer } from '../support/running-server.js';

const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);

/** A page that is opened on a server of ours has nothing to fetch from anywhere else. */
const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

describe('the live page in a browser', () => {
  let browser: Browser | undefined;

  beforeAll(async () => {
    if (executablePath !== undefined) browser = await chromium.launch({ executablePath, args: flags });
  });

  afterAll(async () => {
    await browser?.close();
  });

  it('shows calls and clusters as they come, and text as text', async ({ skip }) => {
    if (browser === undefined) return skip('no Chromium here; the page is tried in page.test.ts without one');
    const { server } = await startServer({ admin: { host: '127.0.0.1', port: 0 } });
    const page = await browser.newPage();
    const errors: string[] = [];
    page.on('pageerror', ({ message }) => errors.push(message));
    await page.goto(`http://${server.admin}/`);
    const client = connect(server.grpc);
    const clusterId = '<img src=x onerror=alert(1)>';
    const entries = [{ type: '*v1.Node', compressedInfo: encodeEntry({ metadata: { uid: 'u', name: 'n' } }) }];
    await client.sync({ clusterId, version: 5n, agentId: 1, entries });
    await page.getByText('/agent.Synchronizer/KubernetesAPISync').first().waitFor();
    await page.getByText(clusterId).first().waitFor();
    expect(await page.locator('img').count()).toBe(0);
    expect(errors).toEqual([]);
  });
});
