import { once } from 'node:events';
import { type ClientHttp2Session, connect } from 'node:http2';
import { now } from './now.js';

export interface SentUpload {
  /** As `now()` gives it: the last byte was handed to the operating system. */
  readonly lastByteAt: number;
  readonly answeredAt: number;
}

/** Sends a request over a real connection, knowing when its last byte left. */
export async function sendUpload(target: string, path: string, request: Uint8Array): Promise<SentUpload> {
  const session: ClientHttp2Session = connect(`http://${target}`);
  try {
    const stream = session.request({
      ':method': 'POST',
      ':path': path,
      'content-type': 'application/grpc',
      te: 'trailers',
    });
    const head = Buffer.alloc(5);
    head.writeUInt32BE(request.length, 1);
    stream.write(head);
    stream.end(request);
    await once(stream, 'finish');
    const lastByteAt = now();
    const trailers = once(stream, 'trailers');
    stream.resume();
    const [fields] = (await trailers) as [Record<string, string>];
    if (fields['grpc-status'] !== '0') throw new Error(`the upload was answered ${JSON.stringify(fields)}`);
    await once(stream, 'close');
    return { lastByteAt, answeredAt: now() };
  } finally {
    session.close();
  }
}
