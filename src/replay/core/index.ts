// For end users: from bytes of captures to flow records, packet rows or learnt pairs. Nothing here imports Node.
export {
  type CoreConfig,
  type CoreInterval,
  type CorePair,
  type CoreTask,
  type CoreTimeouts,
  defaultCoreConfig,
} from './core-config.js';
export { type CompiledCore, compileFlowCore, compileFlowCoreLater } from './core-exports.js';
export { CoreFault, type CoreFaultCode } from './core-fault.js';
export type { CaptureInterface, LearntPair } from './decode-facts.js';
export type { PacketRow, PacketTunnel } from './decode-packet.js';
export { type CoreSink, createFlowCore, type FlowCore } from './flow-core.js';
