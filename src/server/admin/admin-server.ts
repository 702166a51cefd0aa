import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { ListenError } from '../listen-error.js';
import { endpoint } from '../open-calls.js';
import { type AdminAppOptions, createAdminApp } from './admin-app.js';

export interface AdminServer {
  readonly host: string;
  readonly port: number;
  close(): Promise<void>;
}

/** @throws ListenError where the address is taken or not ours */
export async function startAdminServer(
  address: { readonly host: string; readonly port: number },
  options: AdminAppOptions,
): Promise<AdminServer> {
  const app = createAdminApp(options);
  const server = createServer({ requestTimeout: 30_000, headersTimeout: 10_000 }, getRequestListener(app.fetch));
  await listen(server, address);
  return {
    host: address.host,
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        // The page polls over connections that it keeps open.
        server.closeAllConnections();
      }),
  };
}

async function listen(server: Server, { host, port }: { readonly host: string; readonly port: number }): Promise<void> {
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, host, () => {
        server.off('error', reject);
        resolve();
      });
    });
  } catch (error) {
    throw new ListenError('HTTP', endpoint(host, port), '--admin', error);
  }
}
