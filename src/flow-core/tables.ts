// Where the heads of the tables of src/flow-core stand: 32 bytes each, the entries lie where memory.ts put them.

import { TABLE } from './layout';

export const LOCAL_MACS: usize = TABLE + 0x100;
export const REMOTE_MACS: usize = TABLE + 0x120;
export const VIP_MACS: usize = TABLE + 0x140;
export const PAIRS: usize = TABLE + 0x160;
export const LOCAL_ADDRESSES: usize = TABLE + 0x180;
export const LEARNT_PAIRS: usize = TABLE + 0x1a0;
export const SERVICES_4: usize = TABLE + 0x1c0;
export const SERVICES_6: usize = TABLE + 0x1e0;
