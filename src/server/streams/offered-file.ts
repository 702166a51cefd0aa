import { messageType } from '../../wire/protos.js';
import type { ServerFaultEffect } from '../faults/server-fault.js';
import { chunkFile } from './chunked-file.js';
import type { StreamService } from './open-stream.js';
import { sendAll } from './send-file.js';

type OfferFile = Extract<ServerFaultEffect, { readonly kind: 'offer-file' }>;

const chunkBytes = 512 * 1024;

/** Answers Upgrade with a binary that is made up, whoever asks. */
export function createOfferedFile({ bytes, md5 }: OfferFile): StreamService {
  const content = Buffer.alloc(bytes, 'plumbline ');
  const response = messageType('agent.UpgradeResponse');
  const { messages } = chunkFile(content, chunkBytes, (chunk) =>
    response.encode({ status: 'SUCCESS', ...chunk, ...(md5 === 'right' ? {} : { md5: '0'.repeat(32) }) }),
  );
  return (stream) => sendAll(stream, messages());
}
