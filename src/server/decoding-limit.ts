import { hasMoreFields } from '../wire/field-count.js';
import type { MessageName } from '../wire/message-types.js';

/**
 * Of one message that is decoded as a whole, in the way of all other calls, bytes. The real server takes 100 MiB of these,
 * too; but none that an agent sends is anywhere near.
 */
const maxBytes = 8 * 1024 * 1024;

/**
 * The same, in fields: some become a hundred times as many bytes when they are decoded. The message of an agent with 10,000
 * sockets has 160,000, that of a machine with 4,000 NICs 50,000.
 */
export const maxFields = 250_000;

/** Why a message is not decoded; null where nothing is in the way. @param name full name, e.g. `agent.SyncRequest` */
export function decodingProblem(name: MessageName, bytes: Uint8Array): string | null {
  if (bytes.length > maxBytes) {
    // In the words of a gRPC server in Go, which the real one is.
    return `grpc: received message larger than max (${bytes.length} vs. ${maxBytes})`;
  }
  return hasMoreFields(name, bytes, maxFields) ? `plumbline takes messages of up to ${maxFields} fields` : null;
}
