import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { replayHtml } from '../../src/report/replay-html.js';
import type { ReplayResult } from '../../src/report/replay-result.js';
import { largeSite } from './support/large-site.js';
import { replayed } from './support/replayed.js';

const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);
const flags = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run'];

const noBrowser = 'no Chromium here; the page is tried in replay-html.test.ts without one';

describe('the page of a replay in a browser', () => {
  let browser: Browser | undefined;
  let directory: string;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'replay-html-'));
    if (executablePath !== undefined) browser = await chromium.launch({ executablePath, args: flags });
  });

  afterAll(async () => {
    await browser?.close();
    await rm(directory, { recursive: true });
  });

  async function opened(on: Browser, result: ReplayResult, colorScheme: 'light' | 'dark') {
    const file = join(directory, `${colorScheme}.html`);
    await writeFile(file, replayHtml(result));
    const page = await on.newPage({ colorScheme, viewport: { width: 1280, height: 900 } });
    const requests: string[] = [];
    const errors: string[] = [];
    page.on('request', (request) => requests.push(request.url()));
    page.on('pageerror', ({ message }) => errors.push(message));
    page.on('console', (message) => errors.push(message.text()));
    await page.goto(pathToFileURL(file).href);
    return { page, requests, errors };
  }

  /** Texts of the drawing that leave it, or their badge. In the browser's own language: there is no DOM in our types. */
  function overflowing(page: Page): Promise<string[]> {
    return page.evaluate<string[]>(`
      (() => {
        const frame = document.querySelector('svg').getBoundingClientRect();
        return [...document.querySelectorAll('svg text')].flatMap((text) => {
          const own = text.getBoundingClientRect();
          const inside = own.left >= frame.left && own.right <= frame.right && own.bottom <= frame.bottom;
          const isBadge = text.parentElement.classList.contains('badge');
          const room = isBadge ? text.previousElementSibling.getBoundingClientRect() : frame;
          return inside && own.left >= room.left && own.right <= room.right ? [] : [text.textContent];
        });
      })()`);
  }

  it.for(['light', 'dark'] as const)('draws and tells, fetches nothing (%s)', async (colorScheme, { skip }) => {
    if (browser === undefined) return skip(noBrowser);
    const { page, requests, errors } = await opened(
      browser,
      replayed('macvlan', 'same', { expect: { cni: 'macvlan' } }),
      colorScheme,
    );
    expect(requests).toHaveLength(1);
    expect(errors).toEqual([]);
    await page.getByText('missing: c', { exact: true }).waitFor();
    expect(await page.locator('svg .badge.bad').allTextContents()).toEqual([expect.stringContaining('✗ c')]);
    expect(await page.locator('svg .path.bad').count()).toBe(1);
    expect(await overflowing(page)).toEqual([]);
    const back = await page.evaluate('getComputedStyle(document.body).backgroundColor');
    expect(back).toBe(colorScheme === 'dark' ? 'rgb(20, 24, 29)' : 'rgb(245, 246, 248)');
    await page.close();
  });

  it('prints, and holds a site of many nodes', async ({ skip }) => {
    if (browser === undefined) return skip(noBrowser);
    const { page, errors } = await opened(browser, largeSite(60, 40, { broken: 3 }), 'light');
    expect(errors).toEqual([]);
    expect(await page.locator('svg .node').count()).toBe(41);
    expect(await overflowing(page)).toEqual([]);
    const width = await page.evaluate<number>('document.documentElement.scrollWidth');
    expect(width).toBeLessThanOrEqual(1280);
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    expect(await page.evaluate('getComputedStyle(document.body).color')).toBe('rgb(29, 35, 43)');
    expect((await page.pdf()).length).toBeGreaterThan(10_000);
    await page.close();
  });
});
