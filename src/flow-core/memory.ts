// Memory is laid out once, when the settings are known: regions follow each other from the end of the static data,
// and the instance grows to their end. Pages that are never touched cost nothing.

import { powerOfTwo } from './bytes';
import { layOutFlows } from './flow-node';
import { layOutLearning } from './learning';
import { layOutList } from './lru';
import { layOutMacSet } from './mac-set';
import { layOutOutput } from './output';
import { layOutPairs } from './pair-table';
import { layOutInput } from './reader-state';
import { MODE_FLOWS, MODE_LEARN, S_FLOW_LIMIT, S_LEARN_LIMIT, S_MODE, setting } from './settings';
import {
  LEARNT_PAIRS,
  LOCAL_ADDRESSES,
  LOCAL_MACS,
  PAIRS,
  REMOTE_MACS,
  SERVICES_4,
  SERVICES_6,
  VIP_MACS,
} from './tables';

const SERVICES_4_LIMIT: u32 = 2048;
const SERVICES_6_LIMIT: u32 = 256;
const LEARNT_LIMIT: u32 = 1024;

/** Returns 0 when the engine has not got the memory. */
export function layOut(locals: u32, remotes: u32, vips: u32, pairs: u32, addresses: u32): bool {
  let at: usize = (__heap_base + 63) & ~63;
  at = layOutMacSet(LOCAL_MACS, at, powerOfTwo(locals << 1));
  at = layOutMacSet(REMOTE_MACS, at, powerOfTwo(remotes << 1));
  at = layOutMacSet(VIP_MACS, at, powerOfTwo(vips << 1));
  at = layOutPairs(PAIRS, at, powerOfTwo(pairs << 1));
  at = layOutPairs(LOCAL_ADDRESSES, at, powerOfTwo(addresses << 1));
  at = layOutList(LEARNT_PAIRS, at, LEARNT_LIMIT);
  at = layOutList(SERVICES_4, at, SERVICES_4_LIMIT);
  at = layOutList(SERVICES_6, at, SERVICES_6_LIMIT);
  at = layOutInput((at + 63) & ~63);
  at = layOutOutput((at + 63) & ~63);
  if (setting(S_MODE) === MODE_LEARN) at = layOutLearning((at + 63) & ~63, setting(S_LEARN_LIMIT) as u32);
  if (setting(S_MODE) === MODE_FLOWS) at = layOutFlows((at + 63) & ~63, setting(S_FLOW_LIMIT) as u32);
  const pages = ((at + 0xffff) >> 16) as i32;
  const missing = pages - memory.size();
  return missing <= 0 || memory.grow(missing) >= 0;
}
