import { settings } from './keys.js';
import type { Setting, SettingId } from './setting.js';

/** The table's row of a setting. */
export function settingOf(id: SettingId): Setting {
  const found = settings.find((setting) => setting.id === id);
  if (found === undefined) throw new Error(`no setting has the id ${id}`);
  return found;
}

/** Both names, as advice shows them: `tap_mode (inputs.cbpf.common.capture_mode)`. */
export function bothNames(id: SettingId): string {
  const setting = settingOf(id);
  const old = setting.oldNames[0];
  return old === undefined ? setting.name : `${old} (${setting.name})`;
}

/** The name users know best: the old one where there is one. */
export function shortName(id: SettingId): string {
  const setting = settingOf(id);
  return setting.oldNames[0] ?? setting.name;
}
