import { status } from '@grpc/grpc-js';
import type { ServerFaultEffect } from './server-fault.js';

/** One sentence: what the server does. @param call which call sets it off, e.g. "call 7 (Sync)"; null: none */
export function faultText(effect: ServerFaultEffect, call: string | null): string {
  const all = call === null;
  switch (effect.kind) {
    case 'status':
      return `${call ?? 'a call'} is answered ${statusName(effect.code)}${effect.taken === true ? ', though it took effect' : ''}`;
    case 'silence':
      return `${call ?? 'a call'} is never answered`;
    case 'answer-version':
      return `${call ?? 'a call'} is answered ${versionText(effect.version)}`;
    case 'message-limit':
      return `${call ?? 'a call'} is refused for its size, over ${effect.bytes} bytes`;
    case 'only-package':
      return `${call ?? 'a call'} is refused, as by a server that has package ${effect.package} only`;
    case 'offer-file':
      return `${call ?? 'a call'} is offered a binary with a ${effect.md5} MD5`;
    case 'goaway':
      return `${all ? 'all connections are' : `the connection of ${call} is`} ${effect.graceful ? 'drained after a GOAWAY' : 'ended at once by a GOAWAY'}`;
    case 'reset':
      return `${all ? 'all connections are' : `the connection of ${call} is`} reset${effect.taken === true ? ', though the call took effect' : ''}`;
    case 'refuse-connections':
      return `connections are refused for ${effect.forMs} ms${by(call)}`;
    case 'restart':
      return `the server restarts with empty memory${effect.downMs === undefined ? '' : ` and is down for ${effect.downMs} ms`}${by(call)}`;
    case 'clock-jump':
      return `the server's clock goes ahead by ${effect.ms} ms${by(call)}`;
  }
}

function by(call: string | null): string {
  return call === null ? '' : `, set off by ${call}`;
}

function versionText(version: number | 'unset' | 'other'): string {
  if (version === 'unset') return 'without a version';
  return version === 'other' ? 'with another version than it sent' : `with version ${version}`;
}

/** "UNAVAILABLE" of 14; the number itself where gRPC has no name for it. */
function statusName(code: number): string {
  return status[code] ?? `with status ${code}`;
}
