import type { Stage } from '../../run/stage.js';

/** Waits for the upload that the server asks for by answering with another version, and judges whether it comes. */
export async function judgeResend(stage: Stage, rule: string, after: string): Promise<void> {
  const since = stage.server.calls().at(-1)?.seq ?? 0;
  const later = () => stage.server.calls().filter(({ seq, status }) => seq > since && status === 0);
  const asked = () =>
    later().find(
      ({ entryCount, answerVersion, version }) =>
        entryCount === 0 && answerVersion !== null && answerVersion !== version,
    );
  const uploaded = await stage.until(
    'all entries are uploaded',
    () => later().some(({ entryCount }) => entryCount > 0) || (asked() === undefined && later().length >= 4),
    { allowanceMs: 3 * stage.allowanceMs },
  );
  const question = asked();
  const upload = later().find(({ entryCount }) => entryCount > 0);
  if (upload === undefined && question === undefined) {
    return stage.judge(rule).notJudged(`no request without entries was answered with a version after ${after}`);
  }
  stage.judge(rule).that(uploaded && upload !== undefined, () => ({
    request: question?.seq ?? 0,
    found: `no entries, though the answer to version ${question?.version} was version ${question?.answerVersion}`,
    expected: 'all entries in the next request',
    message: `After ${after} it asks for everything by another version in its answer: upload all entries then.`,
  }));
}
