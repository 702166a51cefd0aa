import { release } from 'node:os';
import type { BuiltNetwork, CniLab } from './cni-lab.js';
import { type Link, linksOf } from './links.js';
import type { Network } from './network.js';
import { type NodeName, nodeOf, nodes, type PodName, pods } from './plan.js';

/** What a lab was made of, as the kernel tells it. Kept beside the recordings. */
export interface Topology {
  readonly cni: string;
  readonly title: string;
  /** Release of the kernel that recorded. */
  readonly kernel: string;
  readonly nodes: readonly {
    readonly name: NodeName;
    readonly nics: readonly Link[];
    readonly routes: readonly string[];
  }[];
  readonly pods: readonly {
    readonly name: PodName;
    readonly node: NodeName;
    readonly address: string;
    readonly hostNic: string;
    readonly nics: readonly Link[];
    readonly routes: readonly string[];
  }[];
}

export async function describeTopology(network: Network, lab: CniLab, built: BuiltNetwork): Promise<Topology> {
  const routes = async (name: string): Promise<string[]> =>
    (await network.ip(name, 'route'))
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '');
  return {
    cni: lab.id,
    title: lab.title,
    kernel: release(),
    nodes: await Promise.all(
      nodes.map(async (name) => ({ name, nics: await linksOf(network, name), routes: await routes(name) })),
    ),
    pods: await Promise.all(
      pods.map(async (name) => ({
        name,
        node: nodeOf[name],
        address: built.addresses[name],
        hostNic: built.hostNics[name],
        nics: await linksOf(network, name),
        routes: await routes(name),
      })),
    ),
  };
}
