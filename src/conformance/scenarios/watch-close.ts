import { isPods } from './common/sign.js';
import { watchTrouble } from './common/watch-trouble.js';

const resumes = 'watch/resumes-from-bookmark-or-last';

export const watchClose = watchTrouble({
  name: 'watch-close',
  title: 'The Kubernetes API ends a watch cleanly, as it does every few minutes.',
  rule: 'watch/survives-close',
  judges: [resumes],
  effect: { kind: 'close', afterEvents: 1 },
  after: 'the end of a watch',
  advice: 'watch again from the last resourceVersion',
  also(stage) {
    const pods = stage.kube.requests().filter((request) => isPods('list')(request) || isPods('watch')(request));
    const first = pods.findIndex(isPods('watch'));
    const lists = pods.slice(first + 1).filter(isPods('list')).length;
    stage.judge(resumes).that(lists === 0, () => ({
      found: `${lists} lists of Pods after the watch had ended`,
      expected: 'a watch from the resourceVersion of the last event or bookmark',
      message: 'A watch that has ended cleanly can be gone on with: list again only when the API server answers 410.',
    }));
  },
});
