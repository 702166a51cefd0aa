import type { RecordedFinding, RecordedJudgement } from '../../journal/record.js';
import type { RunningServer } from '../../server/fake-server.js';
import type { Judging } from './stage.js';
import type { TimelineRecorder } from './timeline-recorder.js';

/** What a scenario says of rules. */
export interface SceneJudgements {
  judge(ruleId: string): Judging;
  /** Whether anything was said of it. */
  has(ruleId: string): boolean;
}

export interface SceneJudgementsOptions {
  readonly server: Pick<RunningServer, 'note' | 'clock'>;
  readonly timeline: TimelineRecorder;
  /** Rules that are judged in this run. */
  readonly isJudged: (ruleId: string) => boolean;
}

export function createSceneJudgements({ server, timeline, isJudged }: SceneJudgementsOptions): SceneJudgements {
  const judged = new Set<string>();

  const judge = (ruleId: string): Judging => {
    const note = (judgement: RecordedJudgement): void => {
      if (!isJudged(ruleId)) return;
      judged.add(ruleId);
      void server.note({ kind: 'judged', time: server.clock.now(), rule: ruleId, judgement });
    };
    const judging: Judging = {
      passed: () => note({ status: 'passed' }),
      notJudged: (reason) => note({ status: 'not-judged', reason }),
      failed: (finding) => {
        note({ status: 'failed', findings: [finding] });
        if (!isJudged(ruleId)) return;
        timeline.add({ lane: 'finding', text: finding.message, rule: ruleId, ...requestOf(finding) });
      },
      that: (holds, finding) => (holds ? judging.passed() : judging.failed(finding())),
    };
    return judging;
  };

  return { judge, has: (ruleId) => judged.has(ruleId) };
}

function requestOf({ request = 0 }: RecordedFinding): { request?: number } {
  return request === 0 ? {} : { request };
}
