// Fixed places in linear memory. The compiler's own data starts above `memoryBase` of asconfig.json (192 KiB), so
// constants below it are addresses without a lookup. Everything whose size is a setting lies above, see memory.ts.

/** The packet at hand, see packet.ts. */
export const PACKET: usize = 0x0400;
/** Settings, see settings.ts. */
export const SETTINGS: usize = 0x0800;
/** The book of the capture, see counters.ts. */
export const COUNTERS: usize = 0x0c00;
/** State of the capture reader, see reader-state.ts. */
export const READER: usize = 0x1000;
/** State of the flow table and its clock, see flow-state.ts. */
export const TABLE: usize = 0x1400;
/** Last packet time of each packet stream (capturing NIC), 8 bytes each. */
export const STREAMS: usize = 0x2000;
export const STREAM_COUNT: u32 = 1024;
/** From an interface number of the section to its row in INTERFACES, 2 bytes each, row + 1. */
export const INTERFACE_MAP: usize = 0x4000;
/** Configured server ports, one bit each. */
export const SERVER_PORTS: usize = 0x5000;
/** Capture interfaces, see interfaces.ts. */
export const INTERFACES: usize = 0x8000;
export const INTERFACE_SIZE: usize = 96;
export const INTERFACE_LIMIT: u32 = 1024;
/** Names by which interfaces are chosen, see interfaces.ts. */
export const CHOSEN_NAMES: usize = 0x20000;

/** Largest packet record that is believed. */
export const RECORD_LIMIT: u32 = 262144;
