import type { Stage } from '../../run/stage.js';

const leastReports = 3;

/** Watches an agent that was just told that another one reports the cluster. */
export async function judgeSilence(stage: Stage, rule: string): Promise<void> {
  const last = stage.server.calls().at(-1)?.seq ?? 0;
  await stage.quiet((leastReports + 1) * 1_000 * stage.pace + 1_000, 'does the agent go on to report');
  // The one that was on its way is no reporter.
  const more = stage.server.calls().filter(({ seq }) => seq > last + 1);
  stage.judge(rule).that(more.length < leastReports, () => ({
    request: more[0]?.seq ?? 0,
    found: `${more.length} reports after Sync was answered with kubernetes_api_enabled false`,
    expected: 'no report as long as another agent is chosen',
    message:
      'Two agents report one cluster and overwrite each other: report only while Sync and Push say kubernetes_api_enabled true.',
  }));
}
