/** A call by which a server manages an agent, as rules see it. Texts are cut. */
export type AgentCall = AgentSync | AgentPush | AgentGenesis | AgentQuery | AgentUpgrade;

export interface AgentIdentityFields {
  readonly ctrlIp: string;
  readonly ctrlMac: string;
}

/** Versions of what a server tells an agent of the network, decimal; "0" for none. */
export interface DataVersions {
  readonly platformData: string;
  readonly acls: string;
  readonly groups: string;
}

/** What an agent says of itself, in Sync and when it opens Push. */
export interface AgentReport extends AgentIdentityFields {
  /** The agent is known by its address alone. */
  readonly byIpOnly: boolean;
  readonly host: string;
  readonly processName: string;
  /** Unix time, s; 0 where it is absent. */
  readonly bootTime: number;
  readonly clusterId: string;
  readonly watchOnly: boolean;
  readonly neverWatches: boolean;
  readonly revision: string;
  readonly versions: DataVersions;
  /** Bytes, decimal; "0" where it is absent. */
  readonly bufferSize: string;
  /** Bits of enum Exception, decimal. */
  readonly exception: string;
}

export interface AgentSync extends AgentReport {
  readonly kind: 'sync';
  /** Null where the call failed, or the answer could not be read. */
  readonly answer: AgentAnswer | null;
}

export interface AgentPush extends AgentReport {
  readonly kind: 'push';
  /** What came over the stream, oldest first; the newest are kept. */
  readonly told: readonly AgentTold[];
}

export interface AgentTold {
  /** Unix time, ms. */
  readonly time: number;
  /** Null where the message could not be read as a whole. */
  readonly answer: AgentAnswer | null;
}

/** What an agent is told by Sync or Push. */
export interface AgentAnswer {
  readonly status: string;
  /** It carries a configuration: agents pass over one that does not. */
  readonly configured: boolean;
  /** 0: the agent is not registered. */
  readonly agentId: number;
  /** This agent has to report the cluster. */
  readonly chosen: boolean;
  readonly versions: DataVersions;
  /** The buffer that the agent has to adopt, bytes, decimal; null where the answer is whole. */
  readonly newBufferSize: string | null;
  /** How often the agent has to call Sync, ms; null where the configuration does not say. */
  readonly syncIntervalMs: number | null;
  readonly ntpEnabled: boolean;
  /** The revision that the agent has to change to; "" for none. */
  readonly revision: string;
}

export interface AgentGenesis extends AgentIdentityFields {
  readonly kind: 'genesis';
  /** Decimal. */
  readonly version: string;
  readonly agentType: string;
  readonly agentId: number;
  readonly sourceIp: string;
  readonly clusterId: string;
  /** The request carries platform_data. */
  readonly hasData: boolean;
  /** NICs of `interfaces`. */
  readonly nics: readonly ReportedNic[];
  /** NICs are told as the text of commands, or to a hypervisor's way. */
  readonly hasRawNics: boolean;
  /** Digest of platform_data and process_data; "" where there is neither. */
  readonly contentDigest: string;
  /** Decimal; null where the call failed, "0" where it is unset. */
  readonly answerVersion: string | null;
}

export interface ReportedNic {
  readonly name: string;
  /** 48 bits, decimal. */
  readonly mac: string;
  readonly ips: readonly string[];
}

/** Query: the question of an agent for the time. */
export interface AgentQuery {
  readonly kind: 'query';
  readonly ctrlIp: string;
  /** Bytes of the NTP packet. */
  readonly length: number;
  /** Of the packet's first byte; null where there is none. */
  readonly ntpVersion: number | null;
  readonly ntpMode: number | null;
  /** The packet carries a transmit time. */
  readonly hasTransmitTime: boolean;
}

export interface AgentUpgrade extends AgentIdentityFields {
  readonly kind: 'upgrade';
}
