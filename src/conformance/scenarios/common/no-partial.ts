import type { Stage } from '../../run/stage.js';

/** Looks out for uploads that lack what could not be listed, and say nothing of it. */
export function watchNoPartial(stage: Stage, resource: string): { judge(rule: string): void } {
  let first: { readonly request: number; readonly found: string } | null = null;
  stage.onUpload(({ seq, errorMsg }, { total, missing }) => {
    if (errorMsg !== '' || total.missing === 0) return;
    first ??= { request: seq, found: `${total.missing} objects missing (${missing.join(', ')}), and no error_msg` };
  });
  return {
    judge(rule) {
      const partial = first;
      if (partial === null) return stage.judge(rule).passed();
      stage.judge(rule).failed({
        ...partial,
        expected: 'the last good set of objects, or error_msg',
        message: `The list of ${resource} failed, and the upload says that there are none: DeepFlow deletes them all.`,
      });
    },
  };
}
