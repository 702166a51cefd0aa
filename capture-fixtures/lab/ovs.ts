import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Network } from './network.js';
import type { NodeName } from './plan.js';
import type { Tool } from './tools.js';

export const ovsTools: readonly Tool[] = [
  { program: 'ovs-vswitchd', package: 'openvswitch-switch' },
  { program: 'ovsdb-server', package: 'openvswitch-switch' },
  { program: 'ovsdb-tool', package: 'openvswitch-switch' },
  { program: 'ovs-vsctl', package: 'openvswitch-switch' },
  { program: 'ovs-ofctl', package: 'openvswitch-switch' },
];

/** One node's Open vSwitch. */
export interface Switch {
  /** `ovs-vsctl`, arguments as they are. */
  configure(...args: readonly string[]): Promise<void>;
  /** One OpenFlow rule of a bridge. */
  addFlow(bridge: string, rule: string): Promise<void>;
}

const schema = '/usr/share/openvswitch/vswitch.ovsschema';

/** Starts a switch of its own within a node; it ends with the network. */
export async function startSwitch(network: Network, node: NodeName): Promise<Switch> {
  const folder = await mkdtemp(join(tmpdir(), `plumbline-ovs-${node}-`));
  network.onTearDown(() => rm(folder, { recursive: true, force: true }));
  const database = join(folder, 'conf.db');
  const socket = `unix:${join(folder, 'db.sock')}`;
  const env = { ...process.env, OVS_RUNDIR: folder, OVS_DBDIR: folder, OVS_LOGDIR: folder, OVS_SYSCONFDIR: folder };
  await network.exec(node, ['ovsdb-tool', 'create', database, schema]);
  network.start(node, ['ovsdb-server', database, `--remote=p${socket}`, '--no-chdir'], { env });
  const configure = async (...args: readonly string[]): Promise<void> => {
    await network.exec(node, ['ovs-vsctl', '--retry', '-t', '60', `--db=${socket}`, ...args]);
  };
  await configure('--no-wait', 'init');
  network.start(node, ['ovs-vswitchd', socket, '--no-chdir'], { env });
  return {
    configure,
    addFlow: async (bridge, rule) => {
      await network.exec(node, ['ovs-ofctl', 'add-flow', `unix:${join(folder, `${bridge}.mgmt`)}`, rule]);
    },
  };
}
