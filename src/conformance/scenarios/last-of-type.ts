import type { Scenario } from '../run/scenario.js';
import type { Stage } from '../run/stage.js';
import { ingress } from './common/kube-objects.js';

const rule = 'change/last-of-type-disappears';

export const lastOfType: Scenario = {
  name: 'last-of-type',
  title: 'The only Ingress is deleted; then, made again, it is deleted while the watch on Ingresses is broken.',
  profile: 'full',
  judges: [rule],
  async play(stage) {
    await stage.ready();
    const first = await stage.cluster.get('Ingress', 'www');
    await stage.cluster.delete(first);
    if (!(await judgeGone(stage, first.metadata.uid ?? '', 'deleted while it was watched'))) return;
    const again = await stage.cluster.create(ingress({ name: 'www', service: 'frontend', life: 1 }));
    const uid = again.metadata.uid ?? '';
    await stage.until('the new Ingress is uploaded', ({ standing }) => standing?.asked[uid] !== undefined, {
      uids: [uid],
    });
    const seesAgain = stage.blindfold();
    const stop = stage.kube.fault({
      id: 'ingress-watch-gone',
      match: { verb: 'watch', resource: 'ingresses' },
      effect: { kind: 'status', code: 410, reason: 'Expired', message: 'too old resource version' },
    });
    stage.kube.breakConnections('close');
    await stage.cluster.delete(again);
    stop();
    await judgeGone(stage, uid, 'deleted while the watch was broken');
    await seesAgain();
  },
};

async function judgeGone(stage: Stage, uid: string, how: string): Promise<boolean> {
  const gone = await stage.until(
    'no Ingress is uploaded',
    ({ standing }) => standing !== null && standing.asked[uid] === undefined,
    {
      uids: [uid],
      allowanceMs: 2 * stage.allowanceMs,
    },
  );
  stage.judge(rule).that(gone, () => ({
    request: stage.server.calls().at(-1)?.seq ?? 0,
    type: '*v1.Ingress',
    uid,
    name: 'www',
    found: `the Ingress, which was ${how}`,
    expected: 'an upload without Ingresses',
    message: 'The last object of a type was deleted and is still uploaded: an empty list is a list too.',
  }));
  return gone;
}
