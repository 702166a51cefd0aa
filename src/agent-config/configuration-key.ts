import type { KeyType } from './key-type.js';
import type { SettingId } from './setting.js';

/** `v6.5`: flat keys, and a `static_config` section with dashes. `v7`: nested keys. */
export type Generation = 'v6.5' | 'v7';

export const generations: readonly Generation[] = ['v6.5', 'v7'];

/** One key of agent groups, as the two generations of DeepFlow have it. At least one of the two forms is there. */
export interface ConfigurationKey {
  readonly v7?: KeyForm;
  readonly 'v6.5'?: KeyForm;
  /** Where a form is missing: the key of that generation that does its work. */
  readonly counterpart?: string;
  /** What the key is to a replay; absent where a replay does not depend on it. */
  readonly replay?: ReplayPart;
}

export interface KeyForm {
  /** From the top, with dots: `inputs.cbpf.common.capture_mode`, `static_config.ebpf.disabled`. */
  readonly name: string;
  readonly type: KeyType;
  /** Times in seconds; null where DeepFlow has none. */
  readonly default: unknown;
  /** The field of `trident.Config` that carries it, where one does. */
  readonly field?: ConfigField;
}

export interface ConfigField {
  readonly name: string;
  /** What the value of the key is multiplied by. */
  readonly times: number;
}

export interface ReplayPart {
  readonly id: SettingId;
  /** What it does to a replay, one phrase. */
  readonly effect: string;
  /** Other spellings that sites and `--set` may use. */
  readonly aliases: readonly string[];
}
