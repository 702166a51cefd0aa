import { z } from 'zod';
import type { KubeFault } from './fault-plan.js';

const text = z.union([z.string().min(1), z.number()]).transform(String);
const count = z.number().int().min(0);
const seconds = z.number().int().min(0).max(1e6);
const afterEvents = count.exactOptional();

const effects = {
  status: z.strictObject({
    kind: z.literal('status'),
    code: z.number().int().min(400).max(599),
    reason: z.string().exactOptional(),
    message: z.string().exactOptional(),
    retryAfter: seconds.exactOptional(),
  }),
  'gone-event': z.strictObject({ kind: z.literal('gone-event'), afterEvents }),
  'unauthorized-until-token-reread': z.strictObject({ kind: z.literal('unauthorized-until-token-reread') }),
  slow: z.strictObject({ kind: z.literal('slow'), bytes: count.min(1), pauseMs: count.max(1e6) }),
  reset: z.strictObject({ kind: z.literal('reset'), afterBytes: count.exactOptional() }),
  silence: z.strictObject({
    kind: z.literal('silence'),
    afterEvents,
    connection: z.boolean().exactOptional(),
  }),
  'truncate-line': z.strictObject({ kind: z.literal('truncate-line'), afterEvents }),
  'split-characters': z.strictObject({ kind: z.literal('split-characters') }),
  close: z.strictObject({ kind: z.literal('close'), afterEvents }),
  'expired-continue': z.strictObject({ kind: z.literal('expired-continue') }),
  'stale-list': z.strictObject({ kind: z.literal('stale-list'), changes: count.min(1) }),
  'empty-list-then-error': z.strictObject({ kind: z.literal('empty-list-then-error') }),
  'watch-cache-not-ready': z.strictObject({
    kind: z.literal('watch-cache-not-ready'),
    retryAfter: seconds.exactOptional(),
  }),
  'page-size': z.strictObject({ kind: z.literal('page-size'), limit: count.min(1) }),
};

export const kubeFaultKinds = Object.keys(effects) as (keyof typeof effects)[];

/** The kind first: what is wrong with it, or with the rest, is told apart. */
const effect = z
  .looseObject({ kind: z.enum(kubeFaultKinds) })
  .pipe(
    z.discriminatedUnion('kind', [
      effects.status,
      effects['gone-event'],
      effects['unauthorized-until-token-reread'],
      effects.slow,
      effects.reset,
      effects.silence,
      effects['truncate-line'],
      effects['split-characters'],
      effects.close,
      effects['expired-continue'],
      effects['stale-list'],
      effects['empty-list-then-error'],
      effects['watch-cache-not-ready'],
      effects['page-size'],
    ]),
  );

const words = z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]);

const match = z.strictObject({
  verb: words.exactOptional(),
  resource: words.exactOptional(),
  group: z.string().exactOptional(),
  namespace: text.exactOptional(),
  continued: z.boolean().exactOptional(),
});

const item = z.strictObject({
  id: text.exactOptional(),
  match: match.exactOptional(),
  after: count.exactOptional(),
  times: count.min(1).exactOptional(),
  chance: z.number().min(0).max(1).exactOptional(),
  effect,
});

/** A list of faults of the Kubernetes API. */
export const kubeFaultsSchema = z.array(item).transform((items): KubeFault[] =>
  items.map(({ id, match: given = {}, ...rest }, index) => ({
    id: id ?? `${rest.effect.kind}-${index + 1}`,
    match: given,
    ...rest,
  })),
);

/** The keys that a map in such a list may have. @param kind of the effect that the map is, or belongs to */
export function kubeFaultKeys(path: readonly (string | number)[], kind: unknown): readonly string[] {
  if (path[1] === undefined) return Object.keys(item.shape);
  if (path[1] === 'match') return Object.keys(match.shape);
  return Object.keys(effects[kubeFaultKinds.find((known) => known === kind) ?? 'close'].shape);
}
