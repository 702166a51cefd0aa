import { isMapping } from './check-value.js';

/** The value of a key by its whole name, `inputs.cbpf.common.capture_mode`; undefined where the document does not have it. */
export function valueAt(root: unknown, name: string): unknown {
  return name
    .split('.')
    .reduce<unknown>((value, step) => (isMapping(value) && Object.hasOwn(value, step) ? value[step] : undefined), root);
}
