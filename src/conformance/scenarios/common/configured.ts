import type { Stage } from '../../run/stage.js';
import { kubeTypeOf } from '../../truth/kube-type.js';

const rule = 'resources/follows-configuration';

type KindAndName = readonly [kind: string, name: string];

/** Judges whether these objects, and not those, are uploaded under the configuration that the agent was given. */
export async function judgeConfigured(
  stage: Stage,
  { wanted, unwanted }: { readonly wanted: readonly KindAndName[]; readonly unwanted: readonly KindAndName[] },
): Promise<void> {
  const objects = await Promise.all([...wanted, ...unwanted].map(([kind, name]) => stage.cluster.get(kind, name)));
  const uids = objects.map(({ metadata }) => metadata.uid ?? '');
  const [on, off] = [uids.slice(0, wanted.length), uids.slice(wanted.length)];
  let asked: Readonly<Record<string, readonly string[]>> = {};
  const follows = await stage.until(
    'what is configured is uploaded, and nothing else',
    ({ standing }) => {
      asked = standing?.asked ?? {};
      return (
        standing !== null && on.every((uid) => asked[uid] !== undefined) && off.every((uid) => asked[uid] === undefined)
      );
    },
    { uids, allowanceMs: Math.max(30_000, 10_000 * stage.interval) },
  );
  if (!follows && stage.server.calls().length === 0) return stage.judge(rule).notJudged('the agent made no call');
  if (follows) return stage.judge(rule).passed();
  for (const [at, object] of objects.entries()) {
    const isWanted = at < wanted.length;
    const isUploaded = asked[uids[at] ?? ''] !== undefined;
    if (isWanted === isUploaded) continue;
    const resource = kubeTypeOf(object)?.resource ?? object.kind;
    stage.judge(rule).failed({
      request: stage.server.calls().findLast(({ entryCount }) => entryCount > 0)?.seq ?? 0,
      type: kubeTypeOf(object)?.type ?? object.kind,
      name: object.metadata.name,
      found: `${object.kind} ${object.metadata.name} is ${isUploaded ? '' : 'not '}uploaded`,
      expected: `${resource} ${isWanted ? 'on' : 'off'}, as kubernetes-resources has it`,
      message: isWanted
        ? `The group configuration names ${resource} (${object.apiVersion}): list and watch them, and upload them.`
        : `The group configuration switches ${resource} off: leave them out.`,
    });
  }
}
