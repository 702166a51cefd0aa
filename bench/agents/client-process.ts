import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import { now } from '../now.js';
import { makeClusterStates, uploadsOf } from './cluster-uploads.js';
import { createLatencies } from './latencies.js';
import {
  type AgentsScale,
  type ClientOrder,
  intervals,
  type Joined,
  type LoadMeasure,
  marker,
  type Told,
} from './messages.js';
import { type AgentMeters, createSimulatedAgent, type SimulatedAgent } from './simulated-agent.js';

const joiningAtOnce = 50;
/** Making an object takes longer than judging it; the other clusters have the same ones under another id. */
const distinctClusters = 4;

/** Makes the load, in a process of its own. */
let agents: readonly SimulatedAgent[] = [];
let stopLoad: () => void = () => {};
let waitingFor: { readonly text: string; readonly told: Set<number>; lastAt: number; wake: () => void } | null = null;
const missed: string[] = [];
const pushed = { messages: 0, bytes: 0 };
const meters: AgentMeters = {
  sync: createLatencies(),
  genesis: createLatencies(),
  heartbeats: createLatencies(),
  remote: createLatencies(),
  uploads: createLatencies(),
  missed: (what) => void missed.push(what),
  pushed: (bytes, index) => {
    pushed.messages += 1;
    pushed.bytes += bytes.length;
    if (waitingFor === null || !bytes.includes(waitingFor.text)) return;
    if (waitingFor.told.has(index)) return;
    waitingFor.told.add(index);
    waitingFor.lastAt = now();
    if (waitingFor.told.size === agents.length) waitingFor.wake();
  },
};
const delay = monitorEventLoopDelay({ resolution: 1 });

process.on('message', (order: ClientOrder) => {
  void obey(order).then((answer) => {
    if (answer !== null) process.send?.(answer);
  });
});

async function obey(order: ClientOrder): Promise<object | null> {
  if ('end' in order) {
    stopLoad();
    for (const agent of agents) agent.leave();
    process.disconnect();
    return null;
  }
  switch (order.kind) {
    case 'join':
      return join(order.target, order.scale);
    case 'load':
      return load(order.seconds);
    case 'await-configuration':
      return told(order.round, order.withinMs);
  }
}

async function join(target: string, scale: AgentsScale): Promise<Joined> {
  const states = Array.from({ length: distinctClusters }, (_, index) =>
    makeClusterStates(1 + 2 * index, scale.objects),
  );
  const uploads = Array.from({ length: scale.clusters }, (_, cluster) => {
    const state = states[cluster % distinctClusters];
    return state === undefined ? null : uploadsOf(`bench-${cluster}`, state);
  });
  agents = Array.from({ length: scale.agents }, (_, index) => {
    const cluster = index % scale.clusters;
    const own = uploads[cluster] ?? null;
    return createSimulatedAgent({ target, index, clusterId: `bench-${cluster}`, uploads: own, meters });
  });
  stopLoad = startLoad(scale.clusters);
  const begin = performance.now();
  for (let from = 0; from < agents.length; from += joiningAtOnce) {
    await Promise.all(agents.slice(from, from + joiningAtOnce).map((agent) => agent.join()));
  }
  const took = performance.now() - begin;
  const uploadBytes = uploads.reduce((sum, one) => sum + (one?.upload(0, 1).length ?? 0), 0);
  return { took, agents: agents.length, uploadBytes };
}

/** Each agent that has joined calls at its interval; all agents together call evenly. */
function startLoad(clusters: number): () => void {
  const watchers = Array.from({ length: clusters }, (_, cluster) => () => {
    return agents.find((agent, index) => index % clusters === cluster && agent.watches());
  });
  const timers = [
    evenly(intervals.sync, agents, (agent) => agent.sync()),
    evenly(intervals.genesis, agents, (agent) => agent.genesis()),
    evenly(intervals.remote, agents, (agent) => agent.remoteHeartbeat()),
    evenly(intervals.kubernetes, watchers, (watcher) => watcher()?.kubernetesHeartbeat()),
    evenly(intervals.change, watchers, (watcher) => watcher()?.uploadChange()),
  ];
  return () => {
    for (const timer of timers) clearInterval(timer);
  };
}

function evenly<Caller>(interval: number, of: readonly Caller[], act: (caller: Caller) => void): NodeJS.Timeout {
  const begin = performance.now();
  let acted = 0;
  return setInterval(() => {
    const due = Math.floor(((performance.now() - begin) / interval) * of.length);
    for (; acted < due; acted++) {
      const caller = of[acted % of.length];
      if (caller !== undefined) act(caller);
    }
  }, 5);
}

async function load(seconds: number): Promise<LoadMeasure> {
  for (const meter of [meters.sync, meters.genesis, meters.heartbeats, meters.remote, meters.uploads]) meter.take();
  Object.assign(pushed, { messages: 0, bytes: 0 });
  missed.length = 0;
  delay.enable();
  await wait(seconds * 1000);
  delay.disable();
  const loopDelayP99 = delay.percentile(99) / 1e6;
  delay.reset();
  for (const what of missed.slice(0, 10)) process.stderr.write(`missed: ${what}\n`);
  return {
    sync: meters.sync.take(),
    genesis: meters.genesis.take(),
    heartbeats: meters.heartbeats.take(),
    remote: meters.remote.take(),
    uploads: meters.uploads.take(),
    missed: missed.length,
    pushes: pushed.messages,
    pushedBytes: pushed.bytes,
    loopDelayP99,
  };
}

async function told(round: number, withinMs: number): Promise<Told> {
  const all = new Promise<void>((wake) => {
    waitingFor = { text: marker(round), told: new Set(), lastAt: 0, wake };
  });
  await Promise.race([all, wait(withinMs)]);
  const { told: reached, lastAt = 0 } = waitingFor ?? {};
  waitingFor = null;
  return { told: reached?.size ?? 0, lastAt };
}
