import type { AgentSettings } from '../../agent-config/setting.js';
import type { ClusterResources } from '../../platform/cluster-resources.js';
import type { PlatformKind } from '../../platform/known-platform.js';
import type { Topology } from '../../platform/topology.js';
import type { InterfaceChoice } from '../../replay/core/core-config.js';
import type { Expectation } from '../../replay/expectation.js';

/** One capturing place. */
export interface InputCapture {
  readonly node: string;
  readonly nic: string;
  /** `namespace/name` where it was taken inside a Pod, else null. */
  readonly pod: string | null;
  /** As the input names them, relative to `ReplayInput.root`; at least one. */
  readonly files: readonly string[];
  /** Of which interfaces of the files, where these hold several; null for all. */
  readonly interfaces: InterfaceChoice | null;
}

export interface InputSyscalls {
  /** "" where each event says its own. */
  readonly node: string;
  readonly files: readonly string[];
}

/** What is to be replayed, whether a site file says it or a directory of captures does. All named files are there. */
export interface ReplayInput {
  /** The site file or the directory, as it was given. */
  readonly name: string;
  readonly root: string;
  readonly platform: PlatformKind;
  readonly topology: Topology;
  readonly captures: readonly InputCapture[];
  readonly syscalls: readonly InputSyscalls[];
  readonly resources: ClusterResources | null;
  readonly expectation: Expectation | null;
  /** Which Pod is behind a NIC is to be learnt from who sends there. */
  readonly learnsPodEnds: boolean;
  /** What could not be told or has no effect, in words. */
  readonly notes: readonly string[];
  settingsOf(node: string): AgentSettings;
}
