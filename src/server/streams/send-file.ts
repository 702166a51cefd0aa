import { status as codes } from '@grpc/grpc-js';
import type { OpenStream, StreamListener } from './open-stream.js';

/** Sends messages one behind the other, each when the one before was taken, and ends the stream well. */
export function sendAll(stream: OpenStream, messages: readonly Uint8Array[]): StreamListener {
  void send(stream, messages);
  return { ended: () => {} };
}

async function send(stream: OpenStream, messages: readonly Uint8Array[]): Promise<void> {
  for (const message of messages) {
    if (!(await stream.send(message))) return;
  }
  stream.end(codes.OK, 'OK');
}
