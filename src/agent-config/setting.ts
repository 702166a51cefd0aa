/**
 * Settings of an agent group that decide what a replay sees, with DeepFlow's names. `name` is today's name, `oldNames`
 * those of the generation before (its `static_config` has dashes).
 */
export interface Setting {
  readonly id: SettingId;
  readonly name: string;
  readonly oldNames: readonly string[];
  readonly type: SettingType;
  readonly default: SettingValue;
  /** What it does to a replay, one phrase. */
  readonly effect: string;
}

export type SettingId = keyof AgentSettings;

/** The settings by their ids, each with its default or the value given. Durations are seconds. */
export interface AgentSettings {
  readonly agentType: number;
  readonly captureMode: number;
  /** Empty: no NIC is captured. */
  readonly interfaceRegex: string;
  readonly innerCapture: boolean;
  readonly innerInterfaceRegex: string;
  readonly extraNetnsRegex: string;
  readonly bondInterfaces: readonly (readonly string[])[];
  readonly vmMacSource: number;
  readonly promiscuous: boolean;
  readonly captureBpf: string;
  readonly maxPacketSize: number;
  /** DeepFlow's numbers 1 to 5. */
  readonly decapProtocols: readonly number[];
  readonly trimProtocols: readonly string[];
  readonly captureNetworkType: number;
  readonly cloudGatewayTraffic: boolean;
  readonly ebpfDisabled: boolean;
  readonly serverPorts: readonly number[];
  readonly ignoreMac: boolean;
  readonly ignoreL2End: boolean;
  readonly ignoreIdcVlan: boolean;
  readonly packetDelay: number;
  readonly timeoutEstablished: number;
  readonly timeoutClosingRst: number;
  readonly timeoutOpeningRst: number;
  readonly timeoutOthers: number;
  readonly flowLimit: number;
}

export type SettingValue = AgentSettings[SettingId];

export type SettingType =
  | { readonly kind: 'boolean' }
  | { readonly kind: 'integer'; readonly min: number; readonly max: number }
  | { readonly kind: 'choice'; readonly choices: readonly Choice[] }
  | { readonly kind: 'text'; readonly maxLength: number }
  | { readonly kind: 'regex' }
  /** Seconds, or text with a unit such as `300s`. */
  | { readonly kind: 'duration'; readonly min: number; readonly max: number }
  | { readonly kind: 'choices'; readonly choices: readonly Choice[] }
  | { readonly kind: 'ports' }
  | { readonly kind: 'nic-groups' };

/** A value with the name that DeepFlow shows for it; both are accepted, any case. */
export interface Choice {
  readonly value: number | string;
  readonly label: string;
}

export type SettingKind = SettingType['kind'];
