import { setTimeout as sleep } from 'node:timers/promises';
import { deflateSync } from 'node:zlib';
import { Client, credentials } from '@grpc/grpc-js';
import { expect, it, onTestFinished } from 'vitest';
import { decodeSyncResponse, encodeSyncRequest, type SyncRequestInput } from '../../../src/wire/call-messages.js';
import { messageType } from '../../../src/wire/protos.js';
import { type Serving, serve } from '../../cli/support/plumbline.js';
import { temporaryDirectory } from '../../journal/temporary-directory.js';

const kills = 5;
const agents = [1, 2, 3, 4, 5, 6, 7, 8];
const clusters = ['c1', 'c2', 'c3'];

/** What was answered, and what was asked for and may have taken effect. */
interface Told {
  readonly ids: Map<number, number>;
  /** Told to watch Kubernetes. */
  readonly holders: Map<string, string>;
  readonly versions: Map<string, { answered: bigint; asked: bigint }>;
  readonly groups: Map<string, { lcuuid: string; yaml: string; asked: string }>;
  answers: number;
}

/** A server, and clients that end when it dies. */
interface Round {
  readonly serving: Serving;
  unary(path: string, request: Uint8Array): Promise<Buffer>;
  close(): void;
}

const agent = (n: number) => ({
  ...{ ctrl_ip: `10.0.0.${n}`, ctrl_mac: `02:00:00:00:00:0${n}`, host: `node-${n}`, process_name: 'deepflow-agent-ce' },
  kubernetes_cluster_id: clusters[n % clusters.length] ?? '',
});

async function begin(directory: string): Promise<Round> {
  const serving = await serve(['--data', directory]);
  onTestFinished(() => {
    serving.child.kill('SIGKILL');
  });
  const client = new Client(serving.grpc, credentials.createInsecure(), {
    'grpc.use_local_subchannel_pool': 1,
    'grpc.service_config': '{"methodConfig": []}',
    'grpc.enable_retries': 0,
  });
  const same = (bytes: Buffer) => bytes;
  return {
    serving,
    unary: (path, request) =>
      new Promise((resolve, reject) => {
        client.makeUnaryRequest(`/agent.Synchronizer/${path}`, same, same, Buffer.from(request), (error, response) => {
          if (error === null && response !== undefined) resolve(response);
          else reject(error);
        });
      }),
    close: () => client.close(),
  };
}

async function sync(round: Round, n: number) {
  const request = messageType('agent.SyncRequest').encode(agent(n));
  return messageType('agent.SyncResponse').decode(await round.unary('Sync', request)).dynamic_config;
}

async function upload(round: Round, request: SyncRequestInput): Promise<bigint | null> {
  return decodeSyncResponse(await round.unary('KubernetesAPISync', encodeSyncRequest(request)));
}

function snapshot(version: bigint) {
  const node = { metadata: { uid: 'n', name: `node-${version}` } };
  const filler = version % 5n === 0n ? 300_000 : 10;
  return [
    { type: '*version.Info', compressedInfo: deflateSync('{"gitVersion":"v1.30.0"}') },
    { type: '*v1.Node', compressedInfo: deflateSync(JSON.stringify(node)) },
    { type: '*v1.Filler', compressedInfo: deflateSync(JSON.stringify({ filler: 'x'.repeat(filler) }), { level: 0 }) },
  ];
}

async function post(round: Round, path: string, body: string, type: string): Promise<{ DATA: { LCUUID: string } }> {
  const how = { method: 'POST', body, headers: { 'content-type': type } };
  const response = await fetch(`http://${round.serving.admin}${path}`, how);
  expect(response.status).toBe(200);
  return response.json() as Promise<{ DATA: { LCUUID: string } }>;
}

/**
 * Everybody does what they do, over and over, until the server is gone.
 *
 * @throws where an answer was not what it has to be
 */
async function load(round: Round, told: Told, generation: number): Promise<void> {
  const untilGone = async (act: (turn: number) => Promise<void>) => {
    for (let turn = 0; ; turn++) {
      await act(turn);
      told.answers += 1;
    }
  };
  const ends = await Promise.allSettled([
    ...agents.map((n) =>
      untilGone(async () => {
        const config = await sync(round, n);
        const id = config?.agent_id ?? 0;
        if (id > 0) expect(told.ids.get(n) ?? id).toBe(id);
        if (id > 0) told.ids.set(n, id);
        if (config?.kubernetes_api_enabled === true)
          told.holders.set(agent(n).kubernetes_cluster_id, `${agent(n).ctrl_ip}-${agent(n).ctrl_mac}`);
      }),
    ),
    ...clusters.map((clusterId) =>
      untilGone(async () => {
        const version = told.versions.get(clusterId) ?? { answered: 0n, asked: 0n };
        told.versions.set(clusterId, version);
        version.asked += 1n;
        const entries = snapshot(version.asked);
        expect(await upload(round, { clusterId, version: version.asked, agentId: 1, entries })).toBe(version.asked);
        version.answered = version.asked;
      }),
    ),
    untilGone(async (turn) => {
      const name = `group-${generation}-${turn}`;
      const made = await post(round, '/v1/vtap-groups/', JSON.stringify({ NAME: name }), 'application/json');
      const group = { lcuuid: made.DATA.LCUUID, yaml: '', asked: '' };
      told.groups.set(name, group);
      group.asked = `global: {limits: {max_millicpus: ${turn + 1}}}\n`;
      await post(round, `/v1/agent-group-configuration/${group.lcuuid}/yaml`, group.asked, 'application/x-yaml');
      group.yaml = group.asked;
    }),
  ]);
  for (const end of ends) if (end.status === 'rejected' && end.reason?.name === 'AssertionError') throw end.reason;
}

async function api<T>(round: Round, path: string): Promise<T> {
  return (await fetch(`http://${round.serving.admin}${path}`)).json() as Promise<T>;
}

async function expectTold(round: Round, told: Told): Promise<void> {
  const listed = await api<{ agents: { id: number; ctrlIp: string }[] }>(round, '/api/agents');
  for (const [n, id] of told.ids) {
    expect(listed.agents.find(({ ctrlIp }) => ctrlIp === agent(n).ctrl_ip)?.id).toBe(id);
    expect((await sync(round, n))?.agent_id).toBe(id);
  }
  const { seats } = await api<{ seats: { clusterId: string; holder: string }[] }>(round, '/api/seats');
  for (const [clusterId, holder] of told.holders) {
    expect(seats.find((seat) => seat.clusterId === clusterId)?.holder).toBe(holder);
  }
  const { groups } = await api<{
    groups: { name: string; lcuuid: string; configurations: { v7?: { yaml: string } } }[];
  }>(round, '/api/groups');
  for (const [name, { lcuuid, yaml, asked }] of told.groups) {
    const group = groups.find((each) => each.name === name);
    expect(group?.lcuuid).toBe(lcuuid);
    expect(yaml === '' ? ['', asked] : [yaml]).toContain(group?.configurations.v7?.yaml ?? '');
  }
  for (const [clusterId, version] of told.versions) {
    const { answered, asked } = version;
    if (answered === 0n) continue;
    const held = await upload(round, { clusterId, version: answered, agentId: 1 });
    expect([answered, asked]).toContain(held);
    // An upload that was kept and not answered is answered now; another one may follow and be cut off in its turn.
    version.answered = held ?? answered;
    const kept = await api<Record<string, { metadata: { name: string } }[]>>(
      round,
      `/api/clusters/${clusterId}/snapshot`,
    );
    expect(kept['*v1.Node']?.[0]?.metadata.name).toBe(`node-${held}`);
    const inventory = await api<{ version: string }>(round, `/api/clusters/${clusterId}/inventory`);
    expect(String(inventory.version)).toBe(String(held));
  }
}

it('a server that is killed at any moment has everything that it had answered', { timeout: 180_000 }, async () => {
  const directory = temporaryDirectory();
  const told: Told = { ids: new Map(), holders: new Map(), versions: new Map(), groups: new Map(), answers: 0 };
  for (let generation = 0; generation < kills; generation++) {
    const round = await begin(directory);
    await expectTold(round, told);
    for (const version of told.versions.values())
      version.asked = version.answered > version.asked ? version.answered : version.asked;
    const before = told.answers;
    const done = load(round, told, generation);
    await expect.poll(() => told.answers - before, { timeout: 60_000 }).toBeGreaterThan(20);
    // In the midst of what comes behind those answers, each time at another moment of it.
    await sleep((generation * 137) % 400);
    round.serving.child.kill('SIGKILL');
    await round.serving.ended;
    await done;
    round.close();
  }
  const last = await begin(directory);
  await expectTold(last, told);
  expect(told.ids.size).toBe(agents.length);
  expect(told.groups.size).toBeGreaterThan(kills);
  const ended = await last.serving.stop();
  expect(ended.code).toBe(0);
  expect(ended.stderr).toMatch(/has agents: 8, snapshots: 3/);
  last.close();
});
