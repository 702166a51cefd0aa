import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { status } from '@grpc/grpc-js';
import { describe, expect, it } from 'vitest';
import { readServerFaults } from '../../src/cli/faults-file.js';
import { temporaryDirectory } from '../journal/temporary-directory.js';
import { connect, failureOf } from '../server/support/grpc-client.js';
import { plumbline, serve } from './support/plumbline.js';

const heartbeat = { clusterId: 'c', version: 5n, agentId: 1 };

async function fileOf(text: string): Promise<string> {
  const file = join(temporaryDirectory(), 'faults.yaml');
  await writeFile(file, text);
  return file;
}

async function problemOf(text: string): Promise<string> {
  const file = await fileOf(text);
  const error = await readServerFaults(file).then(
    () => null,
    (thrown: Error) => thrown,
  );
  return error?.message.replaceAll(file, 'faults.yaml') ?? 'none';
}

describe('serve --faults', () => {
  it('plays the faults of a file, and tells of each on standard error', async () => {
    const file = await fileOf(`
- id: busy
  match: { method: KubernetesAPISync }
  times: 2
  effect: { kind: status, code: UNAVAILABLE, message: try later }
- { at: 0, for: 0.05, match: { clusterId: 7 }, effect: { kind: silence } }
`);
    const server = await serve(['--faults', file, '--seed', '5']);
    const client = connect(server.grpc);
    expect(await failureOf(client.sync(heartbeat))).toMatchObject({ code: status.UNAVAILABLE, details: 'try later' });
    expect((await failureOf(client.sync(heartbeat))).code).toBe(status.UNAVAILABLE);
    expect(await client.sync(heartbeat)).toBe(0n);
    const calls = (await (await fetch(`http://${server.admin}/api/calls`)).json()) as { calls: { fault?: string }[] };
    expect(calls.calls.map(({ fault }) => fault)).toEqual(['busy', 'busy', undefined]);
    const { code, stderr } = await server.stop();
    expect(code).toBe(0);
    expect(stderr).toContain('fault busy: call 1 (KubernetesAPISync) is answered UNAVAILABLE\n');
    expect(stderr).toContain('fault busy: call 2 (KubernetesAPISync) is answered UNAVAILABLE\n');
  });

  it('ends with 2 and says what is wrong with the file, and where', async () => {
    const ended = await plumbline(['serve', '--faults', await fileOf('- effect: { kind: restrt }\n')]);
    expect(ended.code).toBe(2);
    expect(ended.stderr).toMatch(
      /faults\.yaml:1:19: found "restrt", expected one of status, silence, .*\. Did you mean restart\?/,
    );
  });
});

describe('readServerFaults', () => {
  it.each([
    ['- at: 3\n', 'faults.yaml:1:3: found no effect, expected a map of keys and values. Add it.'],
    [
      '- { effect: { kind: status, kode: 14 } }\n',
      /^faults.yaml:1:13: found no code, expected a number or one of CANCELLED, .*UNAUTHENTICATED. Add it.\nfaults.yaml:1:29: found the unknown key kode, expected one of kind, code, message, taken. Did you mean code\?$/,
    ],
    [
      '- { effect: { kind: status, code: UNAVAILBLE } }\n',
      /^faults.yaml:1:35: found "UNAVAILBLE", expected .*Did you mean UNAVAILABLE\?$/,
    ],
    ['- { effect: { kind: status, code: 17 } }\n', /^faults.yaml:1:35: found 17, expected at most 16\.$/],
    [
      '- { effect: { kind: silence }, mtach: {} }\n',
      /^faults.yaml:1:32: found the unknown key mtach, expected one of id, at, for, match, .*\. Did you mean match\?$/,
    ],
    [
      '- { effect: { kind: silence }, match: { cluster_id: c } }\n',
      'faults.yaml:1:41: found the unknown key cluster_id, expected one of method, package, clusterId, withEntries. Did you mean clusterId?',
    ],
    [
      '- effect: { kind: clock-jump, ms: 86400000 }\n',
      /^faults.yaml:1:3: found .*, expected at \(seconds since the start\), or after \(calls that are let through first\)\.$/,
    ],
    ['effect: { kind: silence }\n', /^faults.yaml:1:1: found .*, expected a list\.$/],
    ['- { effect: { kind: silence }', /^faults.yaml:\d+:\d+: found .*, expected well-formed YAML/],
    ['- { times: 0, effect: { kind: silence } }\n', 'faults.yaml:1:12: found 0, expected at least 1.'],
  ])('says of %j where and what is wrong', async (text, expected) => {
    expect(await problemOf(text)).toMatch(expected);
  });

  it('says so where there is no file', async () => {
    await expect(readServerFaults('/nowhere/faults.yaml')).rejects.toThrow(
      /^\/nowhere\/faults.yaml:1:1: found a file that cannot be read: ENOENT/,
    );
  });

  it('takes an empty file for no faults, and names those without an id', async () => {
    expect(await readServerFaults(await fileOf(''))).toEqual([]);
    expect(
      await readServerFaults(
        await fileOf(
          '- { effect: { kind: silence } }\n- { at: 1.5, effect: { kind: restart } }\n- { after: 2, effect: { kind: reset } }\n',
        ),
      ),
    ).toEqual([
      { kind: 'standing', atMs: 0, forMs: null, fault: { id: 'silence-1', effect: { kind: 'silence' } } },
      { kind: 'once', atMs: 1500, id: 'restart-2', effect: { kind: 'restart' } },
      { kind: 'standing', atMs: 0, forMs: null, fault: { id: 'reset-3', after: 2, effect: { kind: 'reset' } } },
    ]);
  });
});
