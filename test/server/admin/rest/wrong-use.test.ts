import { connect as connectTcp } from 'node:net';
import { describe, expect, it } from 'vitest';
import { restOf, startRest } from './support.js';

describe('the paths of REST', () => {
  it.each([
    ['GET', '/v1/vtap-groups?name=x', 301, '/v1/vtap-groups/?name=x'],
    ['POST', '/v1/vtap-groups', 307, '/v1/vtap-groups/'],
    ['GET', '/v1/agent-group-configuration/template/yaml/', 301, '/v1/agent-group-configuration/template/yaml'],
    ['DELETE', '/v1/vtaps/abc', 307, '/v1/vtaps/abc/'],
  ])('%s %s is sent on to the ending that the real router has', async (method, path, code, location) => {
    const { raw } = await startRest();
    const response = await raw(method, path, method === 'POST' ? '{"name":"x"}' : undefined);
    expect([response.status, response.headers.get('location')]).toEqual([code, location]);
  });

  it('that are followed lead to the same call with the same body', async () => {
    const { base } = await startRest();
    const response = await fetch(`${base}/v1/vtap-groups`, { method: 'POST', body: '{"name":"x"}' });
    expect(await response.json()).toMatchObject({ OPT_STATUS: 'SUCCESS', DATA: { NAME: 'x' } });
  });

  it.each([
    ['GET', '/v1/', /the paths are those of deepflow-ctl/],
    ['GET', '/v1/nothing/', /there is no GET \/v1\/nothing\//],
    ['PUT', '/v1/vtap-groups/', /this path takes GET, POST/],
    ['GET', '/v2/domains/a/b/', /there is no/],
    ['GET', `/v1/${'x'.repeat(5000)}/`, /there is no/],
    ['GET', '/v1/vtap-groups/%2e%2e/%2e%2e/api/status/', /there is no/],
  ])('%s %s is not found', async (method, path, description) => {
    const { call } = await startRest();
    const answer = await call(method, path, method === 'GET' ? undefined : '{}').catch(() => null);
    // The client itself resolves dots: then it is another path that it asks for.
    if (answer?.status === undefined) return;
    expect(answer).toMatchObject({ code: 404, status: 'RESOURCE_NOT_FOUND' });
    expect(answer.description).toMatch(description);
    expect(answer.description.length).toBeLessThan(600);
  });

  it('with tricks in them find nothing and break nothing', async () => {
    const { call } = await startRest();
    for (const name of [
      '%2e%2e%2f%2e%2e%2fetc',
      '%00',
      '%zz',
      '__proto__',
      'constructor',
      '%F0%9F%98%80',
      "'%20OR%201=1",
    ]) {
      expect((await call('GET', `/v1/vtaps/${name}/`)).data, name).toEqual([]);
      expect((await call('DELETE', `/v1/vtap-groups/${name}/`)).status, name).toBe('RESOURCE_NOT_FOUND');
      expect((await call('GET', `/v1/agent-group-configuration/${name}/yaml`)).status, name).toBe('RESOURCE_NOT_FOUND');
    }
  });

  it('with dots reach the server as they are, and lead nowhere', async () => {
    const { server } = await startRest();
    const [host, port] = (server.admin ?? '').split(':');
    const answer = await new Promise<string>((resolve, reject) => {
      const socket = connectTcp(Number(port), host, () =>
        socket.end('GET /v1/../../../etc/passwd HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n'),
      );
      let text = '';
      socket.setEncoding('utf8').on('data', (part) => {
        text += part;
      });
      socket.on('close', () => resolve(text)).on('error', reject);
    });
    expect(answer).toMatch(/^HTTP\/1.1 404/);
  });
});

describe('the headers of REST', () => {
  it('say whose data are asked for; there is one organisation', async () => {
    const { call } = await startRest();
    const ask = (org: string) => call('GET', '/v1/vtap-groups/', undefined, { 'x-org-id': org });
    expect((await ask('1')).status).toBe('SUCCESS');
    expect(await ask('2')).toMatchObject({ code: 500, status: 'GET_ORG_DB_FAIL' });
    expect(await ask('abc')).toMatchObject({ code: 400, status: 'INVALID_PARAMETERS' });
  });

  it.each([
    ['application/json', 200],
    ['application/x-www-form-urlencoded', 200],
    ['text/plain', 200],
    ['multipart/form-data; boundary=x', 415],
  ])('of a body of the type %s: %d', async (type, code) => {
    const { call } = await startRest();
    const answer = await call('POST', '/v1/vtap-groups/', '{"name":"x"}', { 'content-type': type });
    expect(answer.code).toBe(code);
    if (code === 415) expect(answer.description).toMatch(/--data-binary/);
  });

  it('of an encoded body', async () => {
    const { call } = await startRest();
    const answer = await call('POST', '/v1/vtap-groups/', '{"name":"x"}', { 'content-encoding': 'gzip' });
    expect(answer).toMatchObject({ code: 415, status: 'INVALID_POST_DATA' });
  });

  it('of a body that is too large, or says nothing of its length', async () => {
    const { call, base } = await startRest();
    expect(await call('POST', '/v1/vtap-groups/', `{"name":"${'x'.repeat(70_000)}"}`)).toMatchObject({ code: 413 });
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(Buffer.alloc(65_536, 0x20)),
    });
    const init = { method: 'POST', body: endless, duplex: 'half' };
    const response = await fetch(`${base}/v1/vtap-groups/`, init as RequestInit).catch(() => null);
    expect([413, undefined]).toContain(response?.status);
    expect((await call('GET', '/v1/vtap-groups/')).status).toBe('SUCCESS');
  });
});

describe('pages of other sites', () => {
  it.each([
    ['origin', 'https://evil.example'],
    ['origin', 'null'],
    ['sec-fetch-site', 'cross-site'],
    ['sec-fetch-site', 'same-site'],
  ])('change nothing (%s: %s)', async (name, value) => {
    const { call, records } = await startRest();
    const answer = await call('POST', '/v1/vtap-groups/', '{"name":"x"}', { [name]: value });
    expect(answer).toMatchObject({ code: 403, status: 'NO_PERMISSIONS' });
    expect(records.filter(({ kind }) => kind === 'change')).toEqual([]);
  });

  it('change nothing under a name that they gave to this address', async () => {
    const { server } = await startRest();
    const [host, port] = (server.admin ?? '').split(':');
    const body = '{"name":"x"}';
    const head = [
      'POST /v1/vtap-groups/ HTTP/1.1',
      `host: evil.example:${port}`,
      `origin: http://evil.example:${port}`,
    ];
    const answer = await new Promise<string>((resolve, reject) => {
      const lines = [...head, `content-length: ${body.length}`, 'connection: close', '', body];
      const socket = connectTcp(Number(port), host, () => socket.end(lines.join('\r\n')));
      let text = '';
      socket.setEncoding('utf8').on('data', (part) => {
        text += part;
      });
      socket.on('close', () => resolve(text)).on('error', reject);
    });
    expect(answer).toMatch(/^HTTP\/1.1 403/);
    expect(server.model.groups()).toHaveLength(1);
  });

  it('of this server itself, and programs, do', async () => {
    const { call, base } = await startRest();
    expect((await call('POST', '/v1/vtap-groups/', '{"name":"a"}', { origin: base })).status).toBe('SUCCESS');
    expect((await call('POST', '/v1/vtap-groups/', '{"name":"b"}', { host: 'plumbline:30417' })).status).toBe(
      'SUCCESS',
    );
  });

  it('change nothing under /api, whoever asks', async () => {
    const { raw } = await startRest();
    for (const path of ['/api/groups', '/api/agents', '/api/seats', '/api/platform', '/']) {
      expect((await raw('POST', path, '{}')).status, path).toBe(405);
    }
    expect((await raw('POST', '/api/remote-execute', '{}', { origin: 'https://evil.example' })).status).toBe(403);
  });
});

describe('what breaks an answer', () => {
  it('is told in the envelope, and to whoever runs the server', async () => {
    const { call, problems } = restOf({
      groups: () => {
        throw new RangeError('broken');
      },
    });
    expect(await call('GET', '/v1/vtap-groups/')).toEqual({
      ...{ OPT_STATUS: 'SERVER_ERROR', DESCRIPTION: 'plumbline failed: broken', DATA: null },
    });
    expect(problems).toEqual(['The answer to GET /v1/vtap-groups/ failed']);
  });

  it('is not how deep a body is nested', async () => {
    const { call } = await startRest();
    const deep = `{"tap_mode":${'['.repeat(20_000)}${']'.repeat(20_000)}}`;
    expect(await call('POST', '/v1/vtap-group-configuration/', deep)).toMatchObject({
      ...{ code: 400, status: 'INVALID_POST_DATA', description: 'the body is nested deeper than 64 levels' },
    });
  });
});
