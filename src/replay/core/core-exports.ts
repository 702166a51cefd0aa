/** What src/flow-core/index.ts exports. 64-bit integers are bigints at this border. */
export interface CoreExports {
  readonly memory: { readonly buffer: ArrayBuffer };
  set(key: number, value: bigint): void;
  layOut(locals: number, remotes: number, vips: number, pairs: number, addresses: number): number;
  addLocalMac(mac: bigint): void;
  addRemoteMac(mac: bigint): void;
  addVipMac(mac: bigint): void;
  addForwardPair(mac: bigint, family: number, low: bigint, high: bigint): void;
  addLocalAddress(family: number, low: bigint, high: bigint): void;
  addServerPort(port: number): void;
  addChosenName(length: number): number;
  roomAt(window: number): number;
  roomSize(): number;
  windowAtHand(): number;
  filled(bytes: number): void;
  read(): number;
  readLast(): number;
  turn(): void;
  startFile(): void;
  finish(): number;
  fileOffset(): bigint;
  outputAddress(): number;
  outputCount(): number;
  outputRowSize(): number;
  emptied(): void;
  countersAddress(): number;
  interfacesAddress(): number;
  interfaceCount(): number;
  interfaceSize(): number;
  learntAddress(): number;
  learntCount(): number;
}

/** Numbers of src/flow-core/settings.ts. */
export const settingKeys = {
  task: 0,
  captureMode: 1,
  nicMac: 2,
  tapMac: 3,
  decap: 4,
  trim: 5,
  flowLimit: 6,
  interval: 7,
  ignoreTunnelType: 8,
  ignoreTorMac: 9,
  ignoreL2End: 10,
  networkType: 11,
  ignoreIdcVlan: 12,
  thread: 13,
  learnLimit: 14,
  packetDelay: 15,
  timeoutEstablished: 16,
  timeoutOpening: 17,
  timeoutClosing: 18,
  timeoutException: 19,
  timeoutSingleDirection: 20,
  timeoutEstablishedRst: 21,
  timeoutOpeningRst: 22,
  timeoutClosedFin: 23,
  express: 24,
  interfaces: 25,
} as const;

/** What the reader returns besides faults, which are below zero. */
export const outputFull = 1;

// The standard library of this project has no WebAssembly names, as `lib` leaves out the DOM; Node and browsers have them.
interface WebAssemblyNames {
  readonly Module: new (bytes: Uint8Array) => CompiledCore;
  readonly Instance: new (module: CompiledCore, imports: object) => { readonly exports: object };
  compile(bytes: Uint8Array): Promise<CompiledCore>;
}

/** A compiled core. It can be sent to worker threads as it is. */
export interface CompiledCore {
  readonly [Symbol.toStringTag]?: string;
}

function webAssembly(): WebAssemblyNames {
  return (globalThis as unknown as { WebAssembly: WebAssemblyNames }).WebAssembly;
}

export function compileFlowCore(wasm: Uint8Array): CompiledCore {
  return new (webAssembly().Module)(wasm);
}

/** For browsers, which may refuse to compile on the main thread. */
export function compileFlowCoreLater(wasm: Uint8Array): Promise<CompiledCore> {
  return webAssembly().compile(wasm);
}

export function instantiate(core: CompiledCore): CoreExports {
  return new (webAssembly().Instance)(core, {}).exports as CoreExports;
}
