import type { Scenario } from '../run/scenario.js';
import { withLabels } from './common/kube-objects.js';
import { withoutWatch } from './common/sign.js';

const rule = 'watch/survives-split-characters';
const value = '訂單-größe-заказ';

export const watchSplitCharacters: Scenario = {
  name: 'watch-split-characters',
  title: 'Characters of an event come with their bytes in two chunks.',
  profile: 'full',
  judges: [rule],
  setting: { withoutAgent: true },
  async play(stage) {
    stage.kube.fault({
      id: 'split-characters',
      match: { verb: ['list', 'watch'] },
      effect: { kind: 'split-characters' },
    });
    await stage.agent.start();
    await stage.ready();
    const why = await withoutWatch(stage);
    if (why !== null) return stage.judge(rule).notJudged(why);
    const service = await stage.cluster.get('Service', 'frontend');
    const before = stage.server.calls().at(-1)?.seq ?? 0;
    const { metadata } = await stage.cluster.update(
      withLabels({ ...service, spec: { ...(service.spec as object), clusterIP: '10.96.0.110' } }, { note: value }),
    );
    const uid = metadata.uid ?? '';
    let fields: readonly string[] = [];
    const arrived = await stage.until(
      'the label of Service frontend is uploaded as it is',
      ({ standing }) => {
        fields = standing?.asked[uid] ?? [];
        return (
          standing?.asked[uid] !== undefined &&
          !fields.includes('service/labels') &&
          !fields.includes('service/cluster-ip')
        );
      },
      { uids: [uid] },
    );
    const came = stage.server.calls().some((call) => call.seq > before && call.entryCount > 0);
    // An agent that uploads no labels of Services shows nothing by them.
    if (!arrived && came && !fields.includes('service/cluster-ip')) {
      const lists = await lostLabels(stage);
      if (lists) return stage.judge(rule).notJudged('the agent uploads no labels of Services');
    }
    stage.judge(rule).that(arrived, () => ({
      type: '*v1.Service',
      uid,
      name: 'frontend',
      found: came ? 'another text than Kubernetes holds' : 'no upload of the change',
      expected: `the label value ${value}`,
      message: 'Bytes of one character came in two chunks: put bytes together before they are decoded as UTF-8.',
    }));
  },
};

/** No Service of the upload has its labels, also those that are plain. */
async function lostLabels(stage: Parameters<Scenario['play']>[0]): Promise<boolean> {
  const plain = (await stage.cluster.get('Service', 'store')).metadata.uid ?? '';
  let without = false;
  await stage.until(
    'labels of another Service are looked at',
    ({ standing }) => {
      without = standing?.asked[plain]?.includes('service/labels') ?? false;
      return true;
    },
    { uids: [plain] },
  );
  return without;
}
