import type { Compat } from '../../../kube/compat.js';
import type { Level } from '../../rule.js';

/** The document's part on agents of one's own. */
export const document =
  'DeepFlow documentation, special environment deployment, part "不允许 deepflow-agent 请求 apiserver"';

/** The levels of a rule in `doc`, `v6.5` and `v7`; `null` where the compat does not know the rule. */
export function byCompat(
  doc: Level | null,
  v65: Level | null,
  v7: Level | null,
): Readonly<Record<Compat, Level | null>> {
  return { doc, 'v6.5': v65, v7 };
}

/** A rule of servers alone: the document does not know it. */
export function serversOnly(level: Level): Readonly<Record<Compat, Level | null>> {
  return byCompat(null, level, level);
}
