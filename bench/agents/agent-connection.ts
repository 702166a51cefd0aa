import { type ClientHttp2Session, type ClientHttp2Stream, connect } from 'node:http2';

/**
 * The connection of one agent. gRPC over Node's HTTP/2 itself: 2,000 clients of a gRPC library in one process would measure
 * that library.
 */
export interface AgentConnection {
  /** @throws Error where the status is not OK */
  unary(path: string, message: Uint8Array): Promise<Buffer>;
  stream(path: string, listener: StreamListener): AgentStream;
  close(): void;
}

export interface StreamListener {
  message(bytes: Buffer): void;
  ended(how: string): void;
}

export interface AgentStream {
  send(message: Uint8Array): void;
  /** Sends no more. */
  end(message: Uint8Array): void;
}

const prefixSize = 5;

export async function connectAgent(target: string): Promise<AgentConnection> {
  const session = connect(`http://${target}`);
  await new Promise<void>((resolve, reject) => {
    session.once('connect', () => resolve());
    session.once('error', reject);
  });
  session.on('error', () => {
    // Whoever has a call or stream on it sees it end.
  });
  return {
    unary: (path, message) => unary(session, path, message),
    stream: (path, listener) => {
      const stream = open(session, path);
      stream.on('data', createDelivery(listener.message));
      const status = statusOf(stream);
      stream.on('close', () => listener.ended(`status ${status().code} ${status().text}, code ${stream.rstCode}`));
      return {
        send: (message) => void stream.write(framed(message)),
        end: (message) => void stream.end(framed(message)),
      };
    },
    close: () => session.destroy(),
  };
}

function open(session: ClientHttp2Session, path: string): ClientHttp2Stream {
  const stream = session.request({
    ':method': 'POST',
    ':path': path,
    'content-type': 'application/grpc',
    te: 'trailers',
  });
  stream.on('error', () => {
    // Its end says it.
  });
  return stream;
}

function unary(session: ClientHttp2Session, path: string, message: Uint8Array): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const stream = open(session, path);
    const chunks: Buffer[] = [];
    const status = statusOf(stream);
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('close', () => {
      const { code, text } = status();
      if (code === '0') resolve(Buffer.concat(chunks).subarray(prefixSize));
      else reject(new Error(`${path}: status ${code} ${text}`));
    });
    stream.end(framed(message));
  });
}

function statusOf(stream: ClientHttp2Stream): () => { readonly code: string; readonly text: string } {
  let code = 'none';
  let text = '';
  const read = (headers: Record<string, unknown>): void => {
    code = String(headers['grpc-status'] ?? code);
    text = String(headers['grpc-message'] ?? text);
  };
  stream.on('response', read);
  stream.on('trailers', read);
  return () => ({ code, text });
}

/** Puts messages together of the pieces in which they arrive. */
function createDelivery(message: (bytes: Buffer) => void): (chunk: Buffer) => void {
  let pieces: Buffer[] = [];
  let held = 0;
  let wanted = prefixSize;
  return (chunk) => {
    pieces.push(chunk);
    held += chunk.length;
    if (held < wanted) return;
    let rest = pieces.length === 1 ? chunk : Buffer.concat(pieces, held);
    wanted = sizeOf(rest);
    while (rest.length >= prefixSize && rest.length >= wanted) {
      message(rest.subarray(prefixSize, wanted));
      rest = rest.subarray(wanted);
      wanted = sizeOf(rest);
    }
    pieces = rest.length === 0 ? [] : [rest];
    held = rest.length;
  };
}

/** Bytes of the message that begins here, what stands before it included; where its length is not known yet, that alone. */
function sizeOf(bytes: Buffer): number {
  return bytes.length < prefixSize ? prefixSize : prefixSize + bytes.readUInt32BE(1);
}

function framed(message: Uint8Array): Buffer {
  const frame = Buffer.allocUnsafe(prefixSize + message.length);
  frame[0] = 0;
  frame.writeUInt32BE(message.length, 1);
  frame.set(message, prefixSize);
  return frame;
}
