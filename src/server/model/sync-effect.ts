/** What a KubernetesAPISync call did to the server's memory. */
export type SyncEffect =
  /** The entries replace what the server held. */
  | 'stored'
  /** The server held this version: time and error_msg are taken over, entries are ignored. */
  | 'refreshed'
  /** Nothing is kept of it. */
  | 'dropped'
  /** Not a call that the server's memory sees (unknown method, incomplete, malformed, lost by a fault). */
  | 'none';
