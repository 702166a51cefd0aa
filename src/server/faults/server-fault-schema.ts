import { status } from '@grpc/grpc-js';
import { z } from 'zod';
import type { ScheduledFault } from './fault-schedule.js';
import { isServerWide } from './server-fault.js';

const text = z.union([z.string().min(1), z.number()]).transform(String);
const count = z.number().int().min(0);
const milliseconds = z.number().int().min(0).max(1e12);
const seconds = z.number().min(0).max(1e9);
const synchronizerPackage = z.enum(['agent', 'trident']);

const codeNames = Object.keys(status).filter((name) => Number.isNaN(Number(name)) && name !== 'OK');
const code = z.union([
  z.number().int().min(1).max(16),
  z.enum(codeNames).transform((name) => Number(status[name as keyof typeof status])),
]);

const effects = {
  status: z.strictObject({
    kind: z.literal('status'),
    code,
    message: z.string().exactOptional(),
    taken: z.boolean().exactOptional(),
  }),
  silence: z.strictObject({ kind: z.literal('silence') }),
  'answer-version': z.strictObject({
    kind: z.literal('answer-version'),
    version: z.union([count, z.enum(['unset', 'other'])]),
  }),
  'message-limit': z.strictObject({ kind: z.literal('message-limit'), bytes: count }),
  'only-package': z.strictObject({ kind: z.literal('only-package'), package: synchronizerPackage }),
  'offer-file': z.strictObject({
    kind: z.literal('offer-file'),
    bytes: count.max(1e9),
    md5: z.enum(['right', 'wrong']),
  }),
  goaway: z.strictObject({ kind: z.literal('goaway'), graceful: z.boolean() }),
  reset: z.strictObject({ kind: z.literal('reset'), taken: z.boolean().exactOptional() }),
  'refuse-connections': z.strictObject({ kind: z.literal('refuse-connections'), forMs: milliseconds }),
  restart: z.strictObject({ kind: z.literal('restart'), downMs: milliseconds.exactOptional() }),
  'clock-jump': z.strictObject({ kind: z.literal('clock-jump'), ms: milliseconds }),
};

export const serverFaultKinds = Object.keys(effects) as (keyof typeof effects)[];

/** The kind first: what is wrong with it, or with the rest, is told apart. */
const effect = z
  .looseObject({ kind: z.enum(serverFaultKinds) })
  .pipe(
    z.discriminatedUnion('kind', [
      effects.status,
      effects.silence,
      effects['answer-version'],
      effects['message-limit'],
      effects['only-package'],
      effects['offer-file'],
      effects.goaway,
      effects.reset,
      effects['refuse-connections'],
      effects.restart,
      effects['clock-jump'],
    ]),
  );

const method = z.enum([
  'KubernetesAPISync',
  'Sync',
  'GetKubernetesClusterID',
  'GenesisSync',
  'GPIDSync',
  'Query',
  'Push',
  'Upgrade',
  'Plugin',
  'RemoteExecute',
]);

const match = z.strictObject({
  method: z.union([method, z.array(method).min(1)]).exactOptional(),
  package: synchronizerPackage.exactOptional(),
  clusterId: text.exactOptional(),
  withEntries: z.boolean().exactOptional(),
});

const item = z.strictObject({
  id: text.exactOptional(),
  /** Seconds since the start. */
  at: seconds.exactOptional(),
  /** Seconds until it is taken back. */
  for: seconds.exactOptional(),
  match: match.exactOptional(),
  after: count.exactOptional(),
  times: count.min(1).exactOptional(),
  chance: z.number().min(0).max(1).exactOptional(),
  effect,
});

type Item = z.output<typeof item>;

/** What a file for `serve --faults` holds. */
export const serverFaultsSchema = z
  .array(
    item.refine((given) => !isServerWide(given.effect) || isSetOffByCalls(given) || given.at !== undefined, {
      message: 'at (seconds since the start), or after (calls that are let through first)',
    }),
  )
  .transform((items) => items.map(scheduled));

/** The keys that a map in such a file may have. @param kind of the effect that the map is, or belongs to */
export function serverFaultKeys(path: readonly (string | number)[], kind: unknown): readonly string[] {
  if (path[1] === undefined) return Object.keys(item.shape);
  if (path[1] === 'match') return Object.keys(match.shape);
  return Object.keys(effects[serverFaultKinds.find((known) => known === kind) ?? 'silence'].shape);
}

function isSetOffByCalls({ match: matching, after, times, chance }: Item): boolean {
  return [matching, after, times, chance].some((given) => given !== undefined);
}

function scheduled(given: Item, index: number): ScheduledFault {
  const { at = 0, for: lasting, id = `${given.effect.kind}-${index + 1}`, ...rest } = given;
  const atMs = at * 1000;
  if (isServerWide(rest.effect) && !isSetOffByCalls(given)) return { kind: 'once', id, atMs, effect: rest.effect };
  return { kind: 'standing', atMs, forMs: lasting === undefined ? null : lasting * 1000, fault: { id, ...rest } };
}
