import { messageType } from '../../src/wire/protos.js';
import { type AgentConnection, type AgentStream, connectAgent } from './agent-connection.js';
import type { ClusterUploads } from './cluster-uploads.js';
import type { LatencyCollector } from './latencies.js';
import { readAnswer } from './read-answer.js';

export interface AgentMeters {
  readonly sync: LatencyCollector;
  readonly genesis: LatencyCollector;
  readonly heartbeats: LatencyCollector;
  readonly remote: LatencyCollector;
  readonly uploads: LatencyCollector;
  /** A call was due before the one before was answered, or a stream ended. */
  missed(what: string): void;
  /** @param index of the agent */
  pushed(bytes: Buffer, index: number): void;
}

/** One agent as a server sees it. Its calls are begun by whoever makes the load. */
export interface SimulatedAgent {
  /** Is registered, tells its NICs, and opens its streams. */
  join(): Promise<void>;
  /** Connects anew to a server that knows it already. */
  rejoin(target: string): Promise<void>;
  /** What it was told last. */
  told(): ToldAgent;
  sync(): void;
  genesis(): void;
  remoteHeartbeat(): void;
  /** It has joined, and the server told it to watch its cluster. */
  watches(): boolean;
  kubernetesHeartbeat(): void;
  uploadChange(): void;
  leave(): void;
}

export interface ToldAgent {
  /** 0: none yet. */
  readonly id: number;
  readonly watches: boolean;
  /** Version of the upload that was answered last; 0: none was. */
  readonly accepted: number;
  /** Version of the upload that was begun last. */
  readonly begun: number;
  /** Version that the latest heartbeat was answered with; null: none was. */
  readonly held: string | null;
}

export interface SimulatedAgentOptions {
  readonly target: string;
  /** From 0. */
  readonly index: number;
  readonly clusterId: string;
  /** Of the cluster; null where another agent of it is to watch. */
  readonly uploads: ClusterUploads | null;
  readonly meters: AgentMeters;
}

const syncRequest = messageType('agent.SyncRequest');
const genesisRequest = messageType('agent.GenesisSyncRequest');
const genesisResponse = messageType('agent.GenesisSyncResponse');
const kubernetesResponse = messageType('agent.KubernetesAPISyncResponse');
const remoteResponse = messageType('agent.RemoteExecResponse');

const service = '/agent.Synchronizer';
const bootTime = 1_750_000_000;
const firstBuffer = 1024 * 1024;

export function createSimulatedAgent(options: SimulatedAgentOptions): SimulatedAgent {
  const { target, index, clusterId, uploads, meters } = options;
  const identity = identityOf(index);
  const me = { agent_id: { ip: identity.ctrl_ip, mac: identity.ctrl_mac } };
  let connection: AgentConnection | null = null;
  let remote: AgentStream | null = null;
  let agentId = 0;
  let watches = false;
  let versions = { platform: '0', acls: '0', groups: '0' };
  let buffer = firstBuffer;
  let version = bootTime + index;
  let joined = false;
  let leaving = false;
  let accepted = 0;
  let held: string | null = null;
  let remoteSentAt: number | null = null;
  const busy = new Set<string>();

  const connected = (): AgentConnection => {
    if (connection === null) throw new Error('not connected');
    return connection;
  };

  function syncMessage(): Buffer {
    return syncRequest.encode({
      ...{ ...identity, boot_time: bootTime, config_accepted: true, state: 'RUNNING', revision: 'main 1000-bench' },
      ...{ process_name: 'deepflow-agent-ce', host_ips: [identity.ctrl_ip], kubernetes_cluster_id: clusterId },
      ...{ cpu_num: 4, memory_size: '8000000000', arch: 'x86_64', os: 'Linux', kernel_version: '5.15' },
      version_platform_data: versions.platform,
      version_acls: versions.acls,
      version_groups: versions.groups,
      current_grpc_buffer_size: String(buffer),
    });
  }

  function takeIn(bytes: Buffer): void {
    const answer = readAnswer(bytes);
    if (answer.status !== 0) return;
    if (answer.newBuffer > 0) buffer = answer.newBuffer;
    if (answer.agentId > 0) agentId = answer.agentId;
    watches = answer.watches;
    if (!answer.isPartial) versions = answer.versions;
  }

  async function sync(): Promise<void> {
    const answer = await meters.sync.time(() => connected().unary(`${service}/Sync`, syncMessage()));
    if (answer !== null) takeIn(answer);
  }

  async function genesis(withData: boolean): Promise<void> {
    const request = genesisRequest.encode({
      ...{ version: String(bootTime), agent_type: 'TT_VM_POD', source_ip: identity.ctrl_ip, agent_id: agentId },
      ...{ kubernetes_cluster_id: clusterId, agent_info: { ip: identity.ctrl_ip, mac: identity.ctrl_mac } },
      ...(withData ? { platform_data: nicsOf(index) } : {}),
    });
    const answer = await meters.genesis.time(() => connected().unary(`${service}/GenesisSync`, request));
    if (answer === null || withData) return;
    if (genesisResponse.decode(answer).version !== String(bootTime)) await genesis(true);
  }

  async function tellCluster(whole: boolean): Promise<void> {
    if (uploads === null) return;
    const begun = version;
    const message = whole ? uploads.upload(begun, agentId) : uploads.heartbeat(begun, agentId);
    const meter = whole ? meters.uploads : meters.heartbeats;
    const answer = await meter.time(() => connected().unary(`${service}/KubernetesAPISync`, message));
    if (answer === null) return;
    if (whole) {
      accepted = begun;
      return;
    }
    held = kubernetesResponse.decode(answer).version ?? null;
    if (held !== String(begun)) await tellCluster(true);
  }

  /** Not two of a kind at once. */
  function begin(what: string, act: () => Promise<void>): void {
    if (leaving || !joined) return;
    if (busy.has(what)) {
      meters.missed(`${what} of agent ${index}: the one before is not answered yet`);
      return;
    }
    busy.add(what);
    void act().finally(() => busy.delete(what));
  }

  function ended(what: string, how: string): void {
    if (!leaving) meters.missed(`${what} of agent ${index} ended: ${how}`);
  }

  async function join(at: string, isKnown: boolean): Promise<void> {
    connection = await connectAgent(at);
    await sync();
    if (!isKnown) await sync();
    if (agentId === 0) throw new Error(`agent ${index} was not registered by two calls of Sync`);
    await genesis(!isKnown);
    openStreams(connection);
    if (watches) await tellCluster(!isKnown);
    joined = true;
  }

  function openStreams(connection: AgentConnection): void {
    const pushed = connection.stream(`${service}/Push`, {
      message: (bytes) => {
        meters.pushed(bytes, index);
        takeIn(bytes);
      },
      ended: (how) => ended('Push', how),
    });
    pushed.end(syncMessage());
    remote = connection.stream(`${service}/RemoteExecute`, {
      message: () => {
        if (remoteSentAt !== null) meters.remote.add(performance.now() - remoteSentAt);
        remoteSentAt = null;
      },
      ended: (how) => ended('RemoteExecute', how),
    });
    remote.send(remoteResponse.encode(me));
  }

  return {
    join: () => join(target, false),
    rejoin: async (at) => {
      leaving = true;
      joined = false;
      connection?.close();
      busy.clear();
      remoteSentAt = null;
      held = null;
      leaving = false;
      await join(at, true);
    },
    told: () => ({ id: agentId, watches, accepted, begun: version, held }),
    sync: () => begin('Sync', sync),
    genesis: () => begin('GenesisSync', () => genesis(false)),
    remoteHeartbeat: () => {
      if (leaving || !joined) return;
      if (remoteSentAt !== null) meters.missed(`RemoteExecute of agent ${index}: no answer`);
      remoteSentAt = performance.now();
      remote?.send(remoteResponse.encode(me));
    },
    watches: () => joined && watches,
    kubernetesHeartbeat: () => begin('KubernetesAPISync', () => tellCluster(false)),
    uploadChange: () =>
      begin('upload', async () => {
        version += 1;
        await tellCluster(true);
      }),
    leave: () => {
      leaving = true;
      connection?.close();
    },
  };
}

function identityOf(index: number) {
  const [high, low] = [Math.floor(index / 250), index % 250];
  return {
    ctrl_ip: `10.9.${high}.${low + 1}`,
    ctrl_mac: `02:09:00:00:${hex(high)}:${hex(low)}`,
    host: `node-${index}`,
  };
}

function nicsOf(index: number) {
  const { ctrl_ip: ip, ctrl_mac: mac } = identityOf(index);
  const number = String(Number.parseInt(mac.replaceAll(':', ''), 16));
  return { raw_hostname: `node-${index}`, interfaces: [{ mac: number, ip: [`${ip}/24`], name: 'eth0' }] };
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, '0');
}
