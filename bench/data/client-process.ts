import { setTimeout as wait } from 'node:timers/promises';
import { makeClusterStates, uploadsOf } from '../agents/cluster-uploads.js';
import { createLatencies } from '../agents/latencies.js';
import { createSimulatedAgent, type SimulatedAgent } from '../agents/simulated-agent.js';
import type { ClientOrder, DataScale, Rejoined } from './messages.js';

/** More often than agents do it, so that a kill hits much that is under way. */
const intervals = { sync: 20_000, genesis: 10_000, change: 5_000 };
const joiningAtOnce = 50;

let agents: readonly SimulatedAgent[] = [];
const latencies = { sync: createLatencies(), genesis: createLatencies(), uploads: createLatencies() };
const meters = {
  ...latencies,
  heartbeats: createLatencies(),
  remote: createLatencies(),
  missed: () => {},
  pushed: () => {},
};

process.on('message', (order: ClientOrder) => {
  void obey(order).then((answer) => {
    if (answer !== null) process.send?.(answer);
  });
});

async function obey(order: ClientOrder): Promise<object | null> {
  if ('end' in order) {
    for (const agent of agents) agent.leave();
    process.disconnect();
    return null;
  }
  switch (order.kind) {
    case 'join':
      return join(order.target, order.scale);
    case 'load':
      return load(order.seconds);
    case 'rejoin':
      return rejoin(order.target);
  }
}

async function join(target: string, scale: DataScale): Promise<object> {
  const state = makeClusterStates(1, scale.objects);
  agents = Array.from({ length: scale.agents }, (_, index) => {
    const clusterId = `bench-${index % scale.clusters}`;
    return createSimulatedAgent({ target, index, clusterId, uploads: uploadsOf(clusterId, state), meters });
  });
  const begin = performance.now();
  await inTurn(agents, (agent) => agent.join());
  return { took: performance.now() - begin };
}

/** The server may be killed meanwhile. */
async function load(seconds: number): Promise<object> {
  for (const meter of Object.values(latencies)) meter.take();
  const timers = [
    evenly(intervals.sync, agents, (agent) => agent.sync()),
    evenly(intervals.genesis, agents, (agent) => agent.genesis()),
    evenly(
      intervals.change,
      agents.filter((agent) => agent.told().watches),
      (agent) => agent.uploadChange(),
    ),
  ];
  await wait(seconds * 1000);
  for (const timer of timers) clearInterval(timer);
  return { sync: meters.sync.take(), genesis: meters.genesis.take(), uploads: meters.uploads.take() };
}

async function rejoin(target: string): Promise<Rejoined> {
  const before = agents.map((agent) => agent.told());
  const begin = performance.now();
  await inTurn(agents, (agent) => agent.rejoin(target));
  const took = performance.now() - begin;
  const both = agents.map((agent, index) => ({ now: agent.told(), was: before[index] ?? agent.told() }));
  const watching = both.filter(({ was }) => was.watches);
  return {
    took,
    otherIds: both.filter(({ now, was }) => now.id !== was.id).length,
    otherSeats: both.filter(({ now, was }) => now.watches !== was.watches).length,
    lostUploads: watching.filter(({ now, was }) => ![String(was.accepted), String(was.begun)].includes(now.held ?? ''))
      .length,
    repeatedUploads: watching.filter(({ now, was }) => now.held !== String(was.begun)).length,
  };
}

async function inTurn(all: readonly SimulatedAgent[], act: (agent: SimulatedAgent) => Promise<void>): Promise<void> {
  for (let from = 0; from < all.length; from += joiningAtOnce) {
    await Promise.all(all.slice(from, from + joiningAtOnce).map(act));
  }
}

function evenly(interval: number, of: readonly SimulatedAgent[], act: (agent: SimulatedAgent) => void): NodeJS.Timeout {
  const begin = performance.now();
  let acted = 0;
  return setInterval(() => {
    const due = Math.floor(((performance.now() - begin) / interval) * of.length);
    for (; acted < due; acted++) {
      const agent = of[acted % of.length];
      if (agent !== undefined) act(agent);
    }
  }, 5);
}
