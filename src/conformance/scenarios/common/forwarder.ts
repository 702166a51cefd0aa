import { connect, createServer, type Socket } from 'node:net';

/** Another address of a server: hands on all bytes. */
export interface Forwarder {
  /** "127.0.0.1:port". */
  readonly address: string;
  /** Whether a connection that the server sees as this one ("address:port") came through here. */
  carried(peer: string): boolean;
  close(): Promise<void>;
}

export async function startForwarder(target: string): Promise<Forwarder> {
  const colon = target.lastIndexOf(':');
  const sockets = new Set<Socket>();
  const peers = new Set<string>();
  const server = createServer((near) => {
    const far = connect(Number(target.slice(colon + 1)), target.slice(0, colon));
    far.once('connect', () => {
      peers.add(`${far.localAddress}:${far.localPort}`);
      near.pipe(far);
      far.pipe(near);
    });
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const bound = server.address();
  const port = typeof bound === 'object' && bound !== null ? bound.port : 0;
  return {
    address: `127.0.0.1:${port}`,
    carried: (peer) => peers.has(peer),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
