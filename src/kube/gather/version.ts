import { type Draft, refuse } from './draft.js';
import { fail, failureRank } from './failures.js';
import { createRowClaims } from './unique.js';

/**
 * The snapshot needs one version entry with gitVersion. Of several the server takes the first; here one that has
 * gitVersion is taken, so that the inventory does not depend on the order of entries.
 */
export function gatherVersion(draft: Draft): void {
  if (!draft.traits.needsVersionInfo) return;
  if (!draft.types.has('*version.Info')) {
    fail(draft, failureRank.version, {
      code: 'no-version-info',
      text: 'not found k8s version info',
      detail:
        'Add the *version.Info entry (kubectl version -o json): without it the server rejects the whole snapshot.',
    });
    return;
  }
  const usable = createRowClaims(draft, draft.members.version.length, {
    same: () => true,
    onLoss: (loser) => refuse(draft, loser, 'duplicate-uid', 'Another *version.Info entry is used; one is enough.'),
  });
  for (const row of draft.members.version) {
    const reading = draft.readings[row];
    if (reading?.kind !== 'version') continue;
    if (reading.gitVersion === '') refuse(draft, row, 'no-git-version', 'gitVersion is absent or not a string.');
    else usable.claim(row, 0);
  }
  if (usable.size === 0 && !draft.brokenJson.has('*version.Info')) {
    fail(draft, failureRank.version, {
      code: 'no-git-version',
      text: 'not found k8s gitversion',
      detail: 'Add gitVersion to the *version.Info entry: without it the server rejects the whole snapshot.',
    });
  }
}
