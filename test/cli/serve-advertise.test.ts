import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { type ServeOptions, serve } from '../../src/cli/commands/serve.js';
import { advertised } from '../../src/cli/options.js';
import type { Terminal } from '../../src/cli/terminal.js';
import { createStyle } from '../../src/report/style.js';
import { messageType } from '../../src/wire/protos.js';
import { connect } from '../server/support/grpc-client.js';
import { agentOne } from '../server/support/model-client.js';

const options: ServeOptions = {
  ...{ listen: '127.0.0.1:0', admin: '127.0.0.1:0', compat: 'v7', cluster: [], groupConfig: [], plugin: [] },
  ...{ seed: 1, maxMessage: 1_000_000 },
};

/** `serve`, and what it is told to do once it is ready. */
async function serving(given: Partial<ServeOptions>, act: (grpc: string) => Promise<void>): Promise<void> {
  let interrupt: (signal: NodeJS.Signals) => void = () => {};
  const signal = new Promise<NodeJS.Signals>((resolve) => {
    interrupt = resolve;
  });
  let tellReady: (text: string) => void = () => {};
  const ready = new Promise<string>((resolve) => {
    tellReady = resolve;
  });
  const terminal = {
    out: (text: string) => tellReady(text),
    err: () => {},
    errStyle: createStyle(false),
    interruption: () => ({ signal, dispose: () => {} }),
  } as unknown as Terminal;
  const ended = serve(terminal, { ...options, ...given });
  await act(/grpc (\S+),/.exec(await ready)?.[1] ?? '').finally(() => interrupt('SIGTERM'));
  expect(await ended).toBe(0);
}

it.each([
  [{}, { ip: '127.0.0.1', port: null }],
  [{ advertise: '192.0.2.10:31035' }, { ip: '192.0.2.10', port: 31035 }],
])('serve with %j tells agents where to reach it', async (given, { ip, port }) => {
  await serving(given, async (grpc) => {
    const request = messageType('agent.SyncRequest').encode(agentOne);
    const response = await connect(grpc).unary('/agent.Synchronizer/Sync', request);
    const { user_config: config = '' } = messageType('agent.SyncResponse').decode(response);
    const { proxy_controller_ip, proxy_controller_port, ingester_ip } = parse(config).global.communication;
    expect([proxy_controller_ip, proxy_controller_port, ingester_ip]).toEqual([
      ip,
      port ?? Number(grpc.split(':')[1]),
      ip,
    ]);
  });
});

it('reads addresses that agents can be told', () => {
  expect(advertised('--advertise', '[2001:db8::1]:30035')).toEqual({ address: '2001:db8::1', port: 30035 });
});

it.each(['example.org:30035', '192.0.2.10', '192.0.2.10:0', ':30035'])('refuses %s', (text) => {
  expect(() => advertised('--advertise', text)).toThrow(/--advertise is '.*'; expected (IP|HOST):PORT/);
});
