import { createHash, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { messageType } from '../../../src/wire/protos.js';
import { type StreamsOptions, startStreams, streamClient } from './support.js';

const md5 = (bytes: Uint8Array) => createHash('md5').update(bytes).digest('hex');

const processAgent = {
  ctrlIp: '10.0.0.1',
  ctrlMac: '02:00:00:00:00:01',
  type: 'TT_PROCESS',
  upgradeRevision: '',
  upgradeImage: '',
} as const;
const podAgent = { ...processAgent, ctrlIp: '10.0.0.2', type: 'TT_VM_POD' } as const;

async function fetchAll(
  name: 'agent' | 'trident',
  method: 'Upgrade' | 'Plugin',
  request: object,
  options: StreamsOptions,
) {
  const under = await startStreams(options);
  const requestType = messageType(`${name}.${method}Request`);
  const stream = streamClient(under.address).open(`/${name}.Synchronizer/${method}`, requestType.encode(request));
  const status = await stream.status;
  const type = messageType(`${name}.${method}Response`);
  return {
    under,
    status,
    answers: stream.received.map((bytes) => type.decode(bytes)),
    sizes: stream.received.map(({ length }) => length),
  };
}

/** Comparing megabytes by `toEqual` takes seconds. */
function isWhole(answers: readonly { readonly content?: Uint8Array | string }[], content: Buffer): boolean {
  return Buffer.concat(answers.map((answer) => Buffer.from(answer.content ?? ''))).equals(content);
}

describe.each(['agent', 'trident'] as const)('%s.Synchronizer/Upgrade', (name) => {
  const content = randomBytes(1_300_000);
  const upgrade = { revision: 'main 2', package: content, image: 'registry/agent:2' };
  const ask = (agent: { ctrlIp: string; ctrlMac: string }, options: StreamsOptions) =>
    fetchAll(
      name,
      'Upgrade',
      { ctrl_ip: agent.ctrlIp, ctrl_mac: agent.ctrlMac },
      {
        model: { agents: [processAgent, podAgent] },
        ...options,
      },
    );

  it('sends the executable in chunks of 512 KiB that all say how the whole looks', async () => {
    const { answers, status, under } = await ask(processAgent, { upgrade });
    expect(status).toMatchObject({ code: 0 });
    expect(answers.map((answer) => answer.content?.length)).toEqual([524_288, 524_288, 251_424]);
    for (const answer of answers) {
      expect(answer).toMatchObject({ status: 'SUCCESS', md5: md5(content), total_len: '1300000', pkt_count: 3 });
    }
    expect(isWhole(answers, content)).toBe(true);
    expect(under.messages().map(({ bytes, size }) => [bytes.length, size > 250_000])).toEqual(
      Array.from({ length: 3 }, () => [4096, true]),
    );
  });

  it('sends agents in Kubernetes the image alone', async () => {
    const { answers } = await ask(podAgent, { upgrade });
    expect(answers).toEqual([{ status: 'SUCCESS', k8s_image: 'registry/agent:2' }]);
  });

  it.each([
    ['nothing is configured', processAgent, {}],
    ['there is no image', podAgent, { upgrade: { revision: 'main 2', package: content } }],
    ['there is no executable', processAgent, { upgrade: { revision: 'main 2', image: 'i' } }],
    ['nobody knows the agent', { ...processAgent, ctrlIp: '10.9.9.9' }, { upgrade }],
    [
      'the agent is to run another revision',
      processAgent,
      { upgrade, model: { agents: [{ ...processAgent, upgradeRevision: 'main 3' }] } },
    ],
  ])('fails where %s', async (_, agent, options) => {
    const { answers, status } = await ask(agent, options);
    expect(answers).toEqual([{ status: 'FAILED' }]);
    expect(status.code).toBe(0);
  });
});

describe.each(['agent', 'trident'] as const)('%s.Synchronizer/Plugin', (name) => {
  const content = randomBytes(2 * 1024 * 1024 + 5);
  const plugins = [{ name: 'http_status', type: 'WASM', content, updateTime: 1_700_000_000 }] as const;

  it('sends a plugin in chunks of 1 MiB', async () => {
    const { answers, sizes } = await fetchAll(
      name,
      'Plugin',
      { plugin_name: 'http_status', plugin_type: 'WASM' },
      { plugins },
    );
    expect(answers.map((answer) => answer.content?.length)).toEqual([1_048_576, 1_048_576, 5]);
    for (const answer of answers) {
      expect(answer).toMatchObject({
        ...{ status: 'SUCCESS', md5: md5(content), total_len: String(content.length), pkt_count: 3 },
        update_time: 1_700_000_000,
      });
    }
    expect(Math.max(...sizes)).toBeLessThan(1_048_576 + 100);
    expect(isWhole(answers, content)).toBe(true);
  });

  it.each([
    ['of another name', { plugin_name: 'other' }],
    ['of another type', { plugin_name: 'http_status', plugin_type: 'SO' }],
  ])('fails for one %s', async (_, request) => {
    expect((await fetchAll(name, 'Plugin', request, { plugins })).answers).toEqual([{ status: 'FAILED' }]);
  });

  it('refuses what is no request', async () => {
    const under = await startStreams({ plugins });
    const stream = streamClient(under.address).open(`/${name}.Synchronizer/Plugin`, Buffer.from([0xff]));
    expect(await stream.status).toMatchObject({ code: 13 });
  });
});
