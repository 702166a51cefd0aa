import type { KubeObject } from '../../kube/kube-object.js';
import type { Scenario } from '../run/scenario.js';
import type { Now, Stage } from '../run/stage.js';
import { kubeTypeOf } from '../truth/kube-type.js';
import { typedChanges } from './common/changes.js';

const added = 'change/added-appears';
const modified = 'change/modified-appears';
const deleted = 'change/deleted-disappears';

export const objectChanges: Scenario = {
  name: 'object-changes',
  title: 'An object of every type is created, changed and deleted.',
  profile: 'quick',
  judges: [added, modified, deleted],
  async play(stage) {
    await stage.ready();
    const changes = typedChanges().filter(({ created }) => stage.cluster.takes(created));
    stage.step('an object of every type is created');
    const objects: KubeObject[] = [];
    for (const { created } of changes) objects.push(await stage.cluster.create(created));
    const uids = objects.map(uidOf);
    const shown = await settle(
      stage,
      'all of them are uploaded',
      uids,
      ({ standing }, uid) => standing?.asked[uid] !== undefined,
    );
    for (const object of objects) {
      stage
        .judge(added)
        .that(shown.has(uidOf(object)), () =>
          finding(
            stage,
            object,
            'it was created',
            'not uploaded',
            'An object was created and is not uploaded: send all entries again, with another version, when anything changes.',
          ),
        );
    }
    const before = shown;
    stage.step('each of them changes in a field that DeepFlow needs');
    const usual = await differing(stage, uids);
    for (const [at, object] of objects.entries()) {
      const change = changes[at];
      if (change !== undefined) objects[at] = await stage.cluster.update(change.modify(object));
    }
    const fresh = await settle(
      stage,
      'all of them are uploaded as they are now',
      uids,
      ({ standing }, uid) => standing?.asked[uid]?.every((field) => usual.get(uid)?.includes(field)) ?? false,
    );
    for (const object of objects) {
      // A Namespace has no needed field that can change.
      if (object.kind === 'Namespace' || !before.has(uidOf(object))) continue;
      stage
        .judge(modified)
        .that(fresh.has(uidOf(object)), () =>
          finding(
            stage,
            object,
            'it was changed',
            'uploaded as it was before',
            'An object has changed and is uploaded as it was: take MODIFIED events in, and send all entries with another version.',
          ),
        );
    }
    stage.step('all of them are deleted');
    for (const object of objects.toReversed()) await stage.cluster.delete(object);
    const gone = await settle(
      stage,
      'none of them is uploaded any more',
      uids,
      ({ standing }, uid) => standing !== null && standing.asked[uid] === undefined,
    );
    for (const object of objects) {
      stage
        .judge(deleted)
        .that(gone.has(uidOf(object)), () =>
          finding(
            stage,
            object,
            'it was deleted',
            'still uploaded',
            'An object was deleted and is still uploaded: take DELETED events in, and leave out what a list no longer holds.',
          ),
        );
    }
  },
};

/** @returns the uids for which it came to hold */
async function settle(
  stage: Stage,
  what: string,
  uids: readonly string[],
  holds: (now: Now, uid: string) => boolean,
): Promise<ReadonlySet<string>> {
  let held: readonly string[] = [];
  await stage.until(
    what,
    (now) => {
      held = uids.filter((uid) => holds(now, uid));
      return held.length === uids.length;
    },
    { uids },
  );
  return new Set(held);
}

/** Fields that the agent never uploads as Kubernetes holds them; other rules are about those. */
async function differing(stage: Stage, uids: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>> {
  let fields: readonly (readonly [string, readonly string[]])[] = [];
  await stage.until(
    'what the agent leaves out of them is known',
    ({ standing }) => {
      fields = Object.entries(standing?.asked ?? {});
      return true;
    },
    { uids },
  );
  return new Map(fields);
}

function uidOf(object: KubeObject): string {
  return object.metadata.uid ?? '';
}

function finding(stage: Stage, object: KubeObject, after: string, found: string, message: string) {
  const { name, namespace } = object.metadata;
  return {
    request: stage.server.calls().at(-1)?.seq ?? 0,
    type: kubeTypeOf(object)?.type ?? object.kind,
    uid: uidOf(object),
    ...(namespace === undefined ? {} : { namespace }),
    name,
    found: `${object.kind} ${name} is ${found} ${stage.allowanceMs / 1000} s after ${after}`,
    expected: `an upload that shows it within ${stage.allowanceMs / 1000} s`,
    message,
  };
}
