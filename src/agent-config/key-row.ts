import type { ConfigurationKey, KeyForm, ReplayPart } from './configuration-key.js';
import { boolean, type KeyType, onOff } from './key-type.js';
import type { SettingId } from './setting.js';

/** How the form up to v6.5 differs from that of v7. */
interface OldForm {
  readonly type?: KeyType;
  readonly default?: unknown;
  /** Its field of `trident.Config`; default: the key's own name, for flat keys. null: agents are not sent it. */
  readonly field?: string | null;
  readonly times?: number;
}

/** A key that both generations have. Flat keys that switch something take 0 and 1. */
export function both(v7: string, old: string, type: KeyType, value: unknown, differs: OldForm = {}): ConfigurationKey {
  const flat = !old.startsWith('static_config.');
  const oldType = differs.type ?? (flat && type === boolean ? onOff : type);
  const oldValue = 'default' in differs ? differs.default : oldType === onOff ? Number(value === true) : value;
  const field = differs.field === undefined && flat ? old : differs.field;
  const oldForm: KeyForm = { name: old, type: oldType, default: oldValue };
  return {
    v7: { name: v7, type, default: value },
    'v6.5':
      field === undefined || field === null
        ? oldForm
        : { ...oldForm, field: { name: field, times: differs.times ?? 1 } },
  };
}

/** A key that came after v6.5. */
export function newer(name: string, type: KeyType, value: unknown): ConfigurationKey {
  return { v7: { name, type, default: value } };
}

/** A key that v7 no longer has. @param counterpart the key of v7 that does its work, where one does */
export function older(
  name: string,
  type: KeyType,
  value: unknown,
  counterpart?: string,
  field?: string,
): ConfigurationKey {
  const form: KeyForm = { name, type, default: value };
  return {
    'v6.5': field === undefined ? form : { ...form, field: { name: field, times: 1 } },
    ...(counterpart === undefined ? {} : { counterpart }),
  };
}

/** The same key, which a replay depends on. */
export function replayed(
  id: SettingId,
  effect: string,
  key: ConfigurationKey,
  aliases: readonly string[] = [],
): ConfigurationKey {
  const replay: ReplayPart = { id, effect, aliases };
  return { ...key, replay };
}
