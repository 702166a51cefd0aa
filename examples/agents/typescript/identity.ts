/** Who this agent is: the address from which it calls, and the machine around it. */
import { createSocket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import { arch, cpus, hostname, networkInterfaces, release, totalmem, type } from 'node:os';
import { largestAnswer } from './server.js';

export interface Identity {
  /** With `ctrl_mac`, the server's key of an agent. */
  readonly ctrl_ip: string;
  readonly ctrl_mac: string;
  readonly [field: string]: unknown;
}

export async function identify(server: string): Promise<Identity> {
  const nics = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  const outside = nics.filter((nic) => !nic.internal);
  const ctrlIp = (await addressTowards(server)) || outside[0]?.address || '127.0.0.1';
  const own = nics.find((nic) => nic.address === ctrlIp && !nic.internal) ?? outside[0];
  return {
    ctrl_ip: ctrlIp,
    ctrl_mac: own?.mac ?? '02:00:00:00:00:01',
    host: hostname(),
    host_ips: outside.length > 0 ? outside.map((nic) => nic.address) : [ctrlIp],
    cpu_num: cpus().length,
    memory_size: totalmem(),
    arch: arch(),
    os: type(),
    kernel_version: release(),
    current_grpc_buffer_size: largestAnswer,
  };
}

/** The local address of a route to this host:port; a UDP socket finds it without sending a packet. */
function addressTowards(server: string): Promise<string> {
  const colon = server.lastIndexOf(':');
  const host = server.slice(0, colon).replace(/^\[|\]$/g, '');
  return new Promise((resolve) => {
    const socket = createSocket(isIPv6(host) ? 'udp6' : 'udp4');
    socket.once('error', () => {
      socket.close();
      resolve('');
    });
    socket.connect(Number(server.slice(colon + 1)), host, () => {
      const { address } = socket.address();
      socket.close();
      resolve(address);
    });
  });
}
