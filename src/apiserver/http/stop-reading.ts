import type { Socket } from 'node:net';

/** What Node keeps behind a socket; `pause` does not reach it once TLS or HTTP/2 read from it themselves. */
interface SocketInternals {
  readonly _handle?: { readStop?: () => number } | null;
}

/** Again and again, as HTTP/2 begins to read again when something that it was writing is done; ms. */
const everyMs = 10;

/**
 * Leaves what comes in on the connection to the kernel, so that soon nothing above TCP is answered any more.
 *
 * @throws Error where this version of Node has no way to do that
 */
export function stopReading(socket: Socket): void {
  const { _handle: handle } = socket as unknown as SocketInternals;
  if (handle === null || handle === undefined) return;
  if (typeof handle.readStop !== 'function') {
    throw new Error('This version of Node keeps the reading of a socket where plumbline does not find it.');
  }
  const timer = setInterval(() => handle.readStop?.(), everyMs);
  timer.unref();
  socket.once('close', () => clearInterval(timer));
}
