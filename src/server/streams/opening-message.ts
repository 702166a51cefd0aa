import type { MessageName, MessageOutput } from '../../wire/message-types.js';
import { type Decoded, messageType } from '../../wire/protos.js';
import { undecodable } from '../model/call-outcome.js';
import type { OpenStream } from './open-stream.js';

/** The message that opened a stream; null where it is none, and the stream has been ended for that. */
export function openingMessage<N extends MessageName>(stream: OpenStream, name: N): MessageOutput<N> | null {
  const decoded: Decoded<MessageOutput<N>> = messageType(name).tryDecode(stream.request);
  if (decoded.problem === null) return decoded.message;
  const { status, statusMessage } = undecodable(decoded.problem);
  stream.end(status, statusMessage);
  return null;
}
