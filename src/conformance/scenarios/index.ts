import type { Scenario } from '../run/scenario.js';
import { answerNoVersion } from './answer-no-version.js';
import { answerOtherVersion } from './answer-other-version.js';
import { cacheNotReady } from './cache-not-ready.js';
import { configurationChanges } from './configuration-changes.js';
import { dayOfQuiet } from './day-of-quiet.js';
import { firstSnapshot } from './first-snapshot.js';
import { forbiddenType } from './forbidden-type.js';
import { kubernetesDown } from './kubernetes-down.js';
import { largeCluster } from './large-cluster.js';
import { lastOfType } from './last-of-type.js';
import { listBroken } from './list-broken.js';
import { listExpiredContinue } from './list-expired-continue.js';
import { listFails } from './list-fails.js';
import { listPages } from './list-pages.js';
import { listSlow } from './list-slow.js';
import { listStale } from './list-stale.js';
import { messageLimit } from './message-limit.js';
import { noise } from './noise.js';
import { ntpEnabled } from './ntp-enabled.js';
import { objectChanges } from './object-changes.js';
import { objectRecreated } from './object-recreated.js';
import { oneReporter } from './one-reporter.js';
import { onlyPackage } from './only-package.js';
import { openkruise } from './openkruise.js';
import { openshift } from './openshift.js';
import { partialAnswer } from './partial-answer.js';
import { pushBreaks } from './push-breaks.js';
import { quietPeriod } from './quiet-period.js';
import { retryAfter } from './retry-after.js';
import { seatLost } from './seat-lost.js';
import { serverGoaway } from './server-goaway.js';
import { serverHang } from './server-hang.js';
import { serverReset } from './server-reset.js';
import { serverRestart } from './server-restart.js';
import { serverUnavailable } from './server-unavailable.js';
import { syncFails } from './sync-fails.js';
import { tokenRotation } from './token-rotation.js';
import { twoReporters } from './two-reporters.js';
import { upgradeOffered } from './upgrade-offered.js';
import { uploadFails } from './upload-fails.js';
import { watchBookmark } from './watch-bookmark.js';
import { watchClose } from './watch-close.js';
import { watchGoneEvent } from './watch-gone-event.js';
import { watchGoneStatus } from './watch-gone-status.js';
import { watchHalfOpen } from './watch-half-open.js';
import { watchOpaqueVersions } from './watch-opaque-versions.js';
import { watchReset } from './watch-reset.js';
import { watchSplitCharacters } from './watch-split-characters.js';
import { watchTruncatedLine } from './watch-truncated-line.js';
import { watcherAndDaemonset } from './watcher-and-daemonset.js';
import { watcherDeployment } from './watcher-deployment.js';

/** In the order in which they are reported. */
export const scenarios: readonly Scenario[] = [
  firstSnapshot,
  quietPeriod,
  objectChanges,
  objectRecreated,
  lastOfType,
  largeCluster,
  noise,
  kubernetesDown,
  listFails,
  listBroken,
  listSlow,
  listPages,
  listExpiredContinue,
  listStale,
  cacheNotReady,
  retryAfter,
  watchClose,
  watchReset,
  watchTruncatedLine,
  watchSplitCharacters,
  watchGoneStatus,
  watchGoneEvent,
  watchBookmark,
  watchOpaqueVersions,
  watchHalfOpen,
  tokenRotation,
  forbiddenType,
  serverUnavailable,
  uploadFails,
  serverGoaway,
  serverReset,
  serverRestart,
  answerOtherVersion,
  answerNoVersion,
  messageLimit,
  onlyPackage,
  serverHang,
  dayOfQuiet,
  openshift,
  openkruise,
  oneReporter,
  twoReporters,
  configurationChanges,
  seatLost,
  syncFails,
  pushBreaks,
  ntpEnabled,
  upgradeOffered,
  partialAnswer,
  watcherDeployment,
  watcherAndDaemonset,
];

export function findScenario(name: string): Scenario | undefined {
  return scenarios.find((scenario) => scenario.name === name);
}

/** Names of the scenarios that judge a rule beyond what calls show. */
export function scenariosOf(ruleId: string): readonly string[] {
  return scenarios.filter(({ judges }) => judges.includes(ruleId)).map(({ name }) => name);
}
