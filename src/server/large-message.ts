/** Reading it, 1 ms for each MiB, is a step of its own: others on the event loop get their turn before. */
const largeBytes = 1024 * 1024;

export function isLargeMessage(message: Uint8Array): boolean {
  return message.length >= largeBytes;
}
