// Why a packet is in no flow: numbers of `dropReasons` in src/replay/flow-record.ts, plus one. 0 is none.

export const IN_FLOW: u32 = 0;
export const ZERO_LENGTH: u32 = 1;
export const OVERSIZE_RECORD: u32 = 2;
export const UNKNOWN_INTERFACE: u32 = 3;
export const UNSUPPORTED_LINK: u32 = 4;
export const MALFORMED_LINK: u32 = 5;
export const MALFORMED_IP: u32 = 6;
export const MALFORMED_L4: u32 = 7;
export const CUT_BY_SNAPLEN: u32 = 8;
export const ARP: u32 = 9;
export const NON_IP: u32 = 10;
export const RETIRED: u32 = 11;
export const BEFORE_WINDOW: u32 = 12;
export const FLOW_LIMIT: u32 = 13;
export const OTHER_INTERFACE: u32 = 14;
