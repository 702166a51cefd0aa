import { connect as connectTcp } from 'node:net';
import { describe, expect, it } from 'vitest';
import type { Views } from '../../../src/server/admin/views.js';
import { messageType } from '../../../src/wire/protos.js';
import { connect, someEntries } from '../support/grpc-client.js';
import { startServer } from '../support/running-server.js';

const views: Views = {
  clusters: async () => [
    {
      clusterId: 'c',
      registered: true,
      version: '5',
      updated: 1,
      errorMsg: '',
      state: 'shown',
      reason: '',
      failure: null,
      counts: null,
    },
  ],
  inventoryJson: async (id) => (id === 'c d/é' ? Buffer.from('{"inventory":true}') : null),
  differenceJson: async (id) => (id === 'c' ? Buffer.from('{"difference":true}') : null),
  snapshotJson: async (id) => (id === 'c' ? Buffer.from('{"snapshot":true}') : null),
  verdictJson: async () => Buffer.from('{"outcome":"pass"}'),
};

async function start(options: Parameters<typeof startServer>[0] = {}) {
  const under = await startServer({ admin: { host: '127.0.0.1', port: 0 }, views: () => views, ...options });
  const base = `http://${under.server.admin}`;
  const get = async (path: string) => {
    const response = await fetch(base + path);
    return { status: response.status, body: JSON.parse(await response.text()) };
  };
  return { ...under, base, get, client: connect(under.server.grpc) };
}

const upload = { clusterId: 'c', version: 2n ** 64n - 1n, agentId: 1, errorMsg: '<b>', entries: someEntries };

describe('/api/calls', () => {
  it('pages through the calls, without their messages', async () => {
    const { get, client } = await start();
    for (let call = 0; call < 5; call++) {
      await client.sync(upload);
    }
    const first = (await get('/api/calls?limit=3')).body;
    expect(first.calls.map(({ seq }: { seq: number }) => seq)).toEqual([1, 2, 3]);
    expect(first.calls[0]).toMatchObject({
      path: '/agent.Synchronizer/KubernetesAPISync',
      outcome: 'unary',
      status: 0,
      responseBytes: 11,
    });
    expect(first.calls[0].request).toBeUndefined();
    const second = (await get(`/api/calls?after=${first.next}`)).body;
    expect(second.calls.map(({ seq }: { seq: number }) => seq)).toEqual([4, 5]);
    expect((await get(`/api/calls?after=${second.next}`)).body).toMatchObject({ calls: [], next: 5 });
  });

  it('shows what one call said', async () => {
    const { get, client } = await start();
    await client.sync(upload);
    await client.unary('/agent.Synchronizer/Sync', messageType('agent.SyncRequest').encode({ ctrl_ip: '10.0.0.1' }));
    await client.unary('/x.Y/Z', Buffer.from('?')).catch(() => null);
    expect((await get('/api/calls/1')).body).toMatchObject({
      metadata: expect.arrayContaining([['te', 'trailers']]),
      request: {
        fields: { clusterId: 'c', version: '18446744073709551615', errorMsg: '<b>', entryCount: 2 },
        types: { '*v1.Node': { entries: 1 }, '*version.Info': { entries: 1 } },
      },
      response: { fields: { version: '18446744073709551615' } },
    });
    expect((await get('/api/calls/2')).body).toMatchObject({ request: { fields: { ctrl_ip: '10.0.0.1' } } });
    expect((await get('/api/calls/3')).body).toMatchObject({ request: null, status: 12 });
  });

  it('shows a call whose bytes are no message', async () => {
    const { get, client } = await start();
    for (const method of ['KubernetesAPISync', 'Sync']) {
      await client.unary(`/agent.Synchronizer/${method}`, Buffer.from([0x0a, 9])).catch(() => null);
    }
    expect((await get('/api/calls/1')).body).toMatchObject({
      request: { fields: { malformed: { kind: 'malformed' } } },
    });
    expect((await get('/api/calls/2')).body).toMatchObject({ request: { problem: expect.any(String) } });
  });

  it('says when it no longer has the bytes', async () => {
    const { get, client } = await start({ recent: { calls: 2, bytes: 10 } });
    for (let call = 0; call < 3; call++) {
      await client.sync(upload);
    }
    expect((await get('/api/calls/1')).status).toBe(404);
    expect((await get('/api/calls/3')).body).toMatchObject({ bodiesDropped: true, request: null });
    expect((await get('/api/status')).body.recent).toMatchObject({ droppedCalls: 1, droppedBodies: 3 });
  });
});

describe('the views', () => {
  it('are passed on', async () => {
    const { get } = await start();
    expect((await get('/api/clusters')).body.clusters).toMatchObject([{ clusterId: 'c', state: 'shown' }]);
    expect((await get(`/api/clusters/${encodeURIComponent('c d/é')}/inventory`)).body).toEqual({ inventory: true });
    expect((await get('/api/clusters/c/snapshot')).body).toEqual({ snapshot: true });
    expect((await get('/api/clusters/c/difference')).body).toEqual({ difference: true });
    expect((await get('/api/verdict')).body).toEqual({ outcome: 'pass' });
  });

  it('of a server that nobody judges say what it holds', async () => {
    const under = await startServer({ admin: { host: '127.0.0.1', port: 0 } });
    await connect(under.server.grpc).sync(upload);
    const answer = await fetch(`http://${under.server.admin}/api/clusters`);
    expect(await answer.json()).toMatchObject({
      clusters: [{ clusterId: 'c', registered: false, version: '18446744073709551615', errorMsg: '<b>', state: null }],
    });
  });

  it('that fail are answered 500, and reported', async () => {
    const under = await start({
      views: () => ({ ...views, verdictJson: () => Promise.reject(new Error('no judge')) }),
    });
    expect(await under.get('/api/verdict')).toMatchObject({
      status: 500,
      body: { error: expect.stringContaining('no judge') },
    });
    expect(under.problems).toEqual(['The answer to GET /api/verdict failed']);
  });
});

describe('bad requests', () => {
  it.each([
    ['/api/calls?limit=0', 400],
    ['/api/calls?limit=1001', 400],
    ['/api/calls?after=-1', 400],
    ['/api/calls?after=1e3', 400],
    ['/api/calls/x', 400],
    ['/api/calls/99', 404],
    ['/api/calls/99999999999999999999', 400],
    ['/api/clusters/nobody/inventory', 404],
    ['/api/clusters/%2e%2e%2f%2e%2e%2fetc%2fpasswd/snapshot', 404],
    ['/api/clusters/c/secrets', 404],
    ['/..%2f..%2fpackage.json', 404],
    ['/api/%', 404],
    ['/index.html', 404],
  ])('%s is answered %i in JSON with a hint', async (path, status) => {
    const { get } = await start();
    expect(await get(path)).toEqual({ status, body: { error: expect.any(String), hint: expect.any(String) } });
  });

  it.each(['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'])('%s is not allowed anywhere', async (method) => {
    const { base } = await start();
    for (const path of ['/', '/api/status', '/nowhere']) {
      const response = await fetch(base + path, { method });
      expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
      expect(await response.json()).toMatchObject({ error: expect.any(String), hint: expect.any(String) });
    }
  });

  it('with huge bodies, or that are no HTTP, do no harm', async () => {
    const { base, get, server } = await start();
    await fetch(`${base}/api/status`, { method: 'POST', body: new Uint8Array(20_000_000) }).catch(() => null);
    const [host, port] = (server.admin ?? '').split(':');
    const socket = connectTcp(Number(port), host);
    socket.on('error', () => {
      // The server may reset the connection.
    });
    socket.end('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
    await new Promise((resolve) => socket.on('close', resolve).resume());
    expect((await get('/healthz')).body).toEqual({ status: 'ok', recordsLost: 0 });
  });
});

describe('/metrics', () => {
  it('counts calls, bytes and snapshots; strangers cannot make labels', async () => {
    const { base, client } = await start();
    await client.sync(upload);
    await client.unary('/made.Up/Path', Buffer.from('?')).catch(() => null);
    const response = await fetch(`${base}/metrics`);
    const text = await response.text();
    expect(response.headers.get('content-type')).toContain('text/plain');
    expect(text).toContain(
      'plumbline_calls_total{path="/agent.Synchronizer/KubernetesAPISync",status="0",outcome="unary"} 1',
    );
    expect(text).toContain('plumbline_calls_total{path="other",status="12",outcome="unknown-method"} 1');
    expect(text).toMatch(/^plumbline_stored_snapshots 1$/m);
    expect(text).toMatch(/^plumbline_journal_lost_records 0$/m);
    expect(text).toMatch(/^plumbline_call_duration_seconds_count\{.*KubernetesAPISync"\} 1$/m);
    expect(text).toMatch(/^plumbline_event_loop_delay_seconds\{quantile="0.99"\} [\d.e-]+$/m);
    expect(text).not.toContain('made.Up');
  });
});

describe('what there was no room for', () => {
  it('is counted in the status and in the metrics', async () => {
    const { base, get, server } = await start();
    const change = { upload: 1, reset: true, more: false, set: [], gone: [] };
    for (let i = 0; i < 10_000; i++) server.model.learn({ ...change, clusterId: `c${i}` }, 1);
    const counts = { platformChanges: 0, genesisReports: 0, genesisProcesses: 0 };
    expect((await get('/api/status')).body.memory).toMatchObject({ forgottenClusters: 0, notKept: counts });
    for (const id of ['c7', 'more', 'more']) server.model.learn({ ...change, clusterId: id }, 1);
    expect((await get('/api/status')).body.memory.notKept).toEqual({ ...counts, platformChanges: 2 });
    expect(await (await fetch(`${base}/metrics`)).text()).toMatch(/^plumbline_not_kept\{what="platformChanges"\} 2$/m);
  });
});

describe('/', () => {
  it('is one document that loads nothing from elsewhere and puts no text of strangers into its markup', async () => {
    const { base } = await start();
    const response = await fetch(`${base}/`);
    const html = await response.text();
    expect(response.headers.get('content-type')).toContain('text/html');
    expect(response.headers.get('content-security-policy')).toMatch(/default-src 'none'.*script-src 'sha256-/);
    expect(html).not.toMatch(/https?:\/\/|<link rel="stylesheet"|<script src|<img/);
    expect(html).not.toMatch(/innerHTML|insertAdjacentHTML|document\.write|eval\(/);
  });
});
