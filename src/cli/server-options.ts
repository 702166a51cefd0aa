import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { logVerbosity, setLogVerbosity } from '@grpc/grpc-js';
import { JournalError } from '../journal/journal-error.js';
import { DataError } from '../server/data/data-error.js';
import type { TlsFiles } from '../server/grpc-server.js';
import { ListenError } from '../server/listen-error.js';
import { causeText } from './cause-text.js';
import { PlumblineError } from './plumbline-error.js';

/** @throws PlumblineError (bad input) where the files cannot be read or do not belong together */
export function tlsFiles(options: { tlsCert?: string; tlsKey?: string; tlsCa?: string }): TlsFiles | undefined {
  const { tlsCert, tlsKey, tlsCa } = options;
  if (tlsCert === undefined && tlsKey === undefined && tlsCa === undefined) return undefined;
  if (tlsCert === undefined || tlsKey === undefined) {
    throw PlumblineError.badInput(
      'TLS needs both --tls-cert and --tls-key.',
      '--tls-ca demands client certificates in addition.',
    );
  }
  return {
    cert: readOption('--tls-cert', tlsCert),
    key: readOption('--tls-key', tlsKey),
    ...(tlsCa === undefined ? {} : { ca: readOption('--tls-ca', tlsCa) }),
  };
}

function readOption(option: string, file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw PlumblineError.badInput(`${option}: ${file} cannot be read: ${causeText(cause)}.`, undefined, cause);
  }
}

/** Writes the addresses for whoever waits for them; null removes nothing and writes nothing. */
export async function writePortFile(
  file: string | undefined,
  ports: { grpc: string; admin: string | null },
): Promise<void> {
  if (file === undefined) return;
  try {
    await writeFile(file, `${JSON.stringify(ports)}\n`);
  } catch (cause) {
    throw PlumblineError.badInput(`--port-file: ${file} cannot be written: ${causeText(cause)}.`, undefined, cause);
  }
}

/** gRPC's own lines on standard error say less than our messages, and come beside them. */
export function silenceGrpcLog(): void {
  setLogVerbosity(logVerbosity.NONE);
}

/** What keeps a server from starting is the user's to change: an address that is taken, a folder that cannot be written. */
export function startFault(thrown: unknown): PlumblineError {
  const usual = [ListenError, JournalError, DataError, RangeError];
  if (thrown instanceof Error && usual.some((kind) => thrown instanceof kind)) {
    return PlumblineError.badInput(thrown.message, undefined, thrown);
  }
  return PlumblineError.from(thrown);
}
