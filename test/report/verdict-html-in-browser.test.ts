import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, type BrowserContextOptions, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Verdict } from '../../src/conformance/verdict.js';
import { reportOfVerdict } from '../../src/report/report-of-verdict.js';
import { verdictHtml } from '../../src/report/verdict-html.js';
import { facts, spoiled, withBaseline } from './support/sample-verdicts.js';

const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);
const flags = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run'];

const noBrowser = 'no Chromium here; the page is tried in verdict-html.test.ts without one';

describe('the page of a check in a browser', () => {
  let browser: Browser | undefined;
  let directory: string;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'verdict-html-'));
    if (executablePath !== undefined) browser = await chromium.launch({ executablePath, args: flags });
  });

  afterAll(async () => {
    await browser?.close();
    await rm(directory, { recursive: true });
  });

  async function opened(on: Browser, verdict: Verdict, options: BrowserContextOptions) {
    const file = join(directory, 'verdict.html');
    await writeFile(file, verdictHtml(reportOfVerdict(verdict, { stable: false }), facts));
    const page = await on.newPage({ viewport: { width: 1280, height: 900 }, ...options });
    const requests: string[] = [];
    const errors: string[] = [];
    page.on('request', (request) => requests.push(request.url()));
    page.on('pageerror', ({ message }) => errors.push(message));
    page.on('console', (message) => errors.push(message.text()));
    page.on('dialog', (dialog) => errors.push(`dialog ${dialog.message()}`));
    await page.goto(pathToFileURL(file).href);
    return { page, requests, errors };
  }

  it.for(['light', 'dark'] as const)('draws and tells, fetches nothing (%s)', async (colorScheme, { skip }) => {
    if (browser === undefined) return skip(noBrowser);
    const { page, requests, errors } = await opened(browser, withBaseline, { colorScheme });
    expect(requests).toHaveLength(1);
    expect(errors).toEqual([]);
    await page.getByText('an entry of it, 5.02 s after Kubernetes had deleted it').waitFor();
    expect(await page.locator('details.scenario[open]').count()).toBe(1);
    expect(await page.locator('details.scenario[open] svg .cause').count()).toBe(6);
    // Texts keep within the drawing, and no lane's text runs into the next one's.
    expect(
      await page.evaluate<string[]>(`
        [...document.querySelectorAll('details[open] svg.timeline')].flatMap((svg) => {
          const frame = svg.getBoundingClientRect();
          const heads = [...svg.querySelectorAll('.head')].map((head) => head.getBoundingClientRect());
          const outside = [...svg.querySelectorAll('text')].filter((text) => text.getBoundingClientRect().right > frame.right + 1);
          const touching = heads.slice(1).filter((head, i) => head.left < heads[i].right);
          return [...outside.map((text) => text.textContent), ...touching.map(() => 'heads touch')];
        })`),
    ).toEqual([]);
    const back = await page.evaluate('getComputedStyle(document.body).backgroundColor');
    expect(back).toBe(colorScheme === 'dark' ? 'rgb(20, 24, 29)' : 'rgb(245, 246, 248)');
    await page.close();
  });

  it('filters the rules', async ({ skip }) => {
    if (browser === undefined) return skip(noBrowser);
    const { page } = await opened(browser, withBaseline, {});
    const rows = page.locator('tr[data-state]:visible');
    expect(await rows.count()).toBe(6);
    await page.getByLabel('✓ passed').uncheck();
    expect(await rows.count()).toBe(4);
    await page.getByRole('searchbox').fill('deleted change');
    expect(await rows.allTextContents()).toEqual([expect.stringContaining('change/deleted-disappears')]);
    expect(await page.locator('tr.family:visible').allTextContents()).toEqual(['change']);
    await page.close();
  });

  it('says all without scripts, on a narrow screen, and on paper', async ({ skip }) => {
    if (browser === undefined) return skip(noBrowser);
    const { page, errors } = await opened(browser, withBaseline, {
      javaScriptEnabled: false,
      viewport: { width: 390, height: 800 },
    });
    expect(errors).toEqual([]);
    expect(await page.locator('.filter').isVisible()).toBe(false);
    expect(await page.locator('tr[data-state]:visible').count()).toBe(6);
    const summary = page.getByText('Request 7, decoded');
    await summary.click();
    await page.getByText('"cluster_id": "plumbline"').waitFor();
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    expect((await page.pdf()).length).toBeGreaterThan(10_000);
    await page.close();
  });

  it('does not scroll sideways as a whole', async ({ skip }) => {
    if (browser === undefined) return skip(noBrowser);
    const { page } = await opened(browser, withBaseline, { viewport: { width: 390, height: 800 } });
    expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
    await page.close();
  });

  it('runs nothing of what an agent may have written', async ({ skip }) => {
    if (browser === undefined) return skip(noBrowser);
    const evil = `"><script>alert(1)</script><img src=http://127.0.0.1:9/x onerror=alert(1)>'`;
    const { page, requests, errors } = await opened(browser, spoiled(evil), {});
    expect(requests).toHaveLength(1);
    expect(errors).toEqual([]);
    await page.close();
  });
});
