import { createContext, Script } from 'node:vm';
import { expect, it } from 'vitest';
import { pageScript } from '../../../src/server/admin/page-script.js';
import { connect, someEntries } from '../support/grpc-client.js';
import { startServer } from '../support/running-server.js';

/** As much of an element as the page's script touches. Markup set as text stays text here, as it does in a browser. */
class FakeElement {
  textContent: unknown = '';
  className = '';
  hidden = false;
  children: FakeElement[] = [];
  private listeners: (() => void)[] = [];

  append(...children: FakeElement[]): void {
    this.children.push(...children);
  }

  replaceChildren(...children: FakeElement[]): void {
    this.children = children;
  }

  addEventListener(_: string, listener: () => void): void {
    this.listeners.push(listener);
  }

  click(): void {
    for (const listener of this.listeners) {
      listener();
    }
  }

  scrollIntoView(): void {}

  text(): string {
    return [String(this.textContent), ...this.children.map((child) => child.text())].join(' ');
  }
}

/** Runs the page's script against a server; `next` lets it look again. */
function openPage(base: string) {
  const elements = new Map<string, FakeElement>();
  const byId = (id: string): FakeElement => {
    const element = elements.get(id) ?? new FakeElement();
    elements.set(id, element);
    return element;
  };
  let next: (() => void) | null = null;
  const context = createContext({
    document: { getElementById: byId, createElement: () => new FakeElement(), hidden: false },
    fetch: (path: string) => fetch(base + path),
    setTimeout: (callback: () => void) => {
      next = callback;
    },
  });
  new Script(pageScript).runInContext(context);
  const look = async () => {
    await expect.poll(() => next).not.toBeNull();
    const again = next;
    next = null;
    again?.();
    await expect.poll(() => next).not.toBeNull();
  };
  return { byId, look };
}

it('the live page shows calls, clusters, failing rules and lost records', async () => {
  const rules = [
    {
      id: 'a/failed',
      level: 'must',
      status: 'failed',
      total: 3,
      findings: [{ message: 'why', request: 1, found: 'x', expected: 'y' }],
    },
    { id: 'a/passed', level: 'must', status: 'passed', total: 0, findings: [] },
  ];
  const { server } = await startServer({
    admin: { host: '127.0.0.1', port: 0 },
    views: () => ({
      clusters: async () => [
        {
          clusterId: '<img src=x>',
          registered: true,
          version: '5',
          updated: 1,
          errorMsg: 'boom',
          state: 'frozen',
          reason: 'error_msg',
          failure: null,
          counts: null,
        },
      ],
      inventoryJson: async () => null,
      differenceJson: async () => null,
      snapshotJson: async () => null,
      verdictJson: async () => Buffer.from(JSON.stringify({ outcome: 'fail', rules })),
    }),
  });
  const { byId, look } = openPage(`http://${server.admin}`);
  await look();
  expect(byId('calls').text()).toContain('No call has come yet.');
  await connect(server.grpc).sync({ clusterId: 'c', version: 5n, agentId: 1, entries: someEntries });
  await look();
  expect(byId('status').textContent).toContain(`v7 on ${server.grpc} | 1 calls`);
  expect(byId('calls').text()).toContain('/agent.Synchronizer/KubernetesAPISync unary OK');
  expect(byId('clusters').text()).toContain('<img src=x> frozen 5');
  expect(byId('clusters').text()).toContain('error_msg | boom');
  expect(byId('rules').text()).toContain('a/failed must 3 why (call 1: found x, expected y)');
  expect(byId('rules').text()).not.toContain('a/passed');
  expect(byId('alarm').hidden).toBe(true);

  byId('calls').children[0]?.children[0]?.children[0]?.click();
  await expect.poll(() => byId('detail').textContent).toContain('"clusterId": "c"');

  await server.close({ graceMs: 0 });
  await look();
  expect(byId('alarm')).toMatchObject({
    hidden: false,
    textContent: expect.stringContaining('plumbline does not answer'),
  });
});
