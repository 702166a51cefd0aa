import { describe, expect, it } from 'vitest';
import type { Compat } from '../../src/kube/compat.js';
import type { SyncRequestInput } from '../../src/wire/call-messages.js';
import { connect, someEntries } from './support/grpc-client.js';
import { day, manualClock, startServer } from './support/running-server.js';

type Step = SyncRequestInput | { readonly wait: number };

interface Row {
  readonly name: string;
  /** The last one is the call in question. */
  readonly steps: readonly Step[];
  /** Answer to the last call, by compat. */
  readonly answer: Readonly<Record<Compat, bigint | null>>;
  /** Version held afterwards; null: nothing. */
  readonly held: Readonly<Record<Compat, bigint | null>>;
  readonly errorMsg?: Readonly<Record<Compat, string>>;
}

const same = <T>(value: T): Record<Compat, T> => ({ doc: value, 'v6.5': value, v7: value });
const doc = <T>(value: T, servers: T): Record<Compat, T> => ({ doc: value, 'v6.5': servers, v7: servers });

const upload = { clusterId: 'c', version: 5n, agentId: 1, entries: someEntries };
const heartbeat = { clusterId: 'c', version: 5n, agentId: 1 };
const huge = 2n ** 64n - 1n;

/** The table of answers, row by row, over real connections. */
const rows: readonly Row[] = [
  { name: 'version 0', steps: [{ ...upload, version: 0n }], answer: doc<bigint | null>(0n, null), held: same(null) },
  {
    name: 'no version',
    steps: [{ clusterId: 'c', agentId: 1, entries: someEntries }],
    answer: doc<bigint | null>(0n, null),
    held: same(null),
  },
  { name: 'no cluster id', steps: [{ ...upload, clusterId: '' }], answer: same(null), held: same(null) },
  {
    name: 'an unknown team',
    steps: [{ ...upload, teamId: 't-nobody' }],
    answer: doc<bigint | null>(5n, null),
    held: doc<bigint | null>(5n, null),
  },
  { name: 'a team that exists', steps: [{ ...upload, teamId: 't-some' }], answer: same(5n), held: same(5n) },
  { name: 'the first heartbeat', steps: [heartbeat], answer: same(0n), held: same(null) },
  { name: 'an upload', steps: [upload], answer: same(5n), held: same(5n) },
  { name: 'a heartbeat behind an upload', steps: [upload, heartbeat], answer: same(5n), held: same(5n) },
  {
    name: 'a heartbeat of another version',
    steps: [upload, { ...heartbeat, version: 6n }],
    answer: same(5n),
    held: same(5n),
  },
  {
    name: 'an upload of a smaller version',
    steps: [upload, { ...upload, version: 4n }],
    answer: same(4n),
    held: same(4n),
  },
  {
    name: 'an upload of the largest version',
    steps: [{ ...upload, version: huge }],
    answer: same(huge),
    held: same(huge),
  },
  {
    name: 'a heartbeat of the largest version',
    steps: [
      { ...upload, version: huge },
      { ...heartbeat, version: huge },
    ],
    answer: same(huge),
    held: same(huge),
  },
  {
    name: 'an upload without agent_id',
    steps: [{ ...upload, agentId: 0 }],
    answer: doc<bigint | null>(5n, null),
    held: same(5n),
  },
  {
    name: 'a heartbeat without agent_id',
    steps: [upload, { ...heartbeat, agentId: 0 }],
    answer: doc<bigint | null>(5n, null),
    held: same(5n),
  },
  {
    name: 'error_msg with the version held',
    steps: [upload, { ...heartbeat, errorMsg: 'boom' }],
    answer: same(5n),
    held: same(5n),
    errorMsg: same('boom'),
  },
  {
    name: 'error_msg with another version and no entries',
    steps: [upload, { ...heartbeat, version: 6n, errorMsg: 'boom' }],
    answer: same(5n),
    held: same(5n),
    errorMsg: doc('boom', ''),
  },
  {
    name: 'error_msg without agent_id and entries',
    steps: [upload, { ...heartbeat, agentId: 0, errorMsg: 'boom' }],
    answer: doc<bigint | null>(5n, null),
    held: same(5n),
    errorMsg: doc('boom', ''),
  },
  {
    name: 'error_msg that is gone again',
    steps: [upload, { ...heartbeat, errorMsg: 'boom' }, heartbeat],
    answer: same(5n),
    held: same(5n),
    errorMsg: same(''),
  },
  {
    name: 'a heartbeat after just 24 hours',
    steps: [upload, { wait: day }, heartbeat],
    answer: same(5n),
    held: same(5n),
  },
  {
    name: 'a heartbeat after more than 24 hours',
    steps: [upload, { wait: day + 1 }, heartbeat],
    answer: same(0n),
    held: same(null),
  },
  {
    name: 'a heartbeat that heartbeats have kept alive',
    steps: [upload, { wait: day }, heartbeat, { wait: day }, heartbeat],
    answer: same(5n),
    held: same(5n),
  },
];

describe.each(['doc', 'v6.5', 'v7'] as const)('KubernetesAPISync of %s', (compat) => {
  it.each(rows)('answers $name', async ({ steps, answer, held, errorMsg }) => {
    const clock = manualClock();
    const { server } = await startServer({ compat, clock, teams: ['t-some'] });
    const client = connect(server.grpc);
    let last: bigint | null = null;
    for (const step of steps) {
      if ('wait' in step) {
        clock.advance(step.wait);
      } else {
        last = await client.sync(step, compat === 'v7' ? 'agent' : 'trident');
      }
    }
    expect(last).toBe(answer[compat]);
    const { stored } = server.model.cluster('c', clock.now()) ?? { stored: null };
    expect(stored?.version ?? null).toBe(held[compat]);
    expect(stored?.errorMsg ?? '').toBe(errorMsg?.[compat] ?? '');
  });

  it('answers both packages, of one memory, unless it is strict', async () => {
    const { server } = await startServer({ compat });
    const client = connect(server.grpc);
    await client.sync(upload, 'agent');
    expect(await client.sync(heartbeat, 'trident')).toBe(5n);
    const strict = await startServer({ compat, strictPackages: true });
    const strictClient = connect(strict.server.grpc);
    const [own, other] = compat === 'v7' ? (['agent', 'trident'] as const) : (['trident', 'agent'] as const);
    expect(await strictClient.sync(upload, own)).toBe(5n);
    await expect(strictClient.sync(upload, other)).rejects.toMatchObject({
      code: 12,
      details: `unknown method KubernetesAPISync for service ${other}.Synchronizer`,
    });
    expect((await strict.recorded(2)).map(({ outcome }) => outcome)).toEqual(['unary', 'unknown-method']);
  });

  it('forgets when it starts again', async () => {
    const first = await startServer({ compat });
    await connect(first.server.grpc).sync(upload);
    const second = await startServer({ compat });
    expect(await connect(second.server.grpc).sync(heartbeat)).toBe(0n);
  });
});

describe('two reporters of one cluster', () => {
  it('take the version from each other', async () => {
    const { server } = await startServer();
    const client = connect(server.grpc);
    const other = { ...upload, version: 9n, agentId: 2 };
    expect(await client.sync(upload)).toBe(5n);
    expect(await client.sync(other)).toBe(9n);
    expect(await client.sync(heartbeat)).toBe(9n);
    expect(await client.sync(upload)).toBe(5n);
    expect(await client.sync({ ...other, entries: [] })).toBe(5n);
  });
});
