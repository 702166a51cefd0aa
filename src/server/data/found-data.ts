import type { SavedState } from '../model/saved-state.js';
import type { KeptUpload } from './kept-upload.js';
import type { StateFileContent } from './read-state-file.js';
import { savedOf } from './state-tables.js';
import type { UploadFiles } from './upload-files.js';

/** What a folder had when it was opened. */
export interface FoundData {
  readonly saved: SavedState;
  /** Of the server that wrote it. */
  readonly compat: string;
  /** The highest number of a call that is remembered. */
  readonly lastSeq: number;
}

export function describeFound(
  { header, tables }: StateFileContent,
  uploads: ReadonlyMap<string, KeptUpload>,
): FoundData {
  const saved = savedOf(tables);
  const seqs = [
    ...saved.memory.clusters.map(({ stored }) => stored?.seq ?? 0),
    ...[...uploads.values()].map(({ seq }) => seq),
  ];
  return { saved, compat: header.compat, lastSeq: seqs.reduce((highest, seq) => Math.max(highest, seq), 0) };
}

/** Nobody was answered because of what is cut off; still, a person should know. */
export function tellTorn(
  { tornBytes }: StateFileContent,
  path: string,
  onProblem: (message: string, cause: unknown) => void,
): void {
  if (tornBytes === 0) return;
  onProblem(
    `The last write to ${path} was broken off (${tornBytes} bytes); nobody was answered because of it, and all before it is there`,
    null,
  );
}

/**
 * A cluster whose upload cannot be read any more is asked for it again, as if it had never been there.
 *
 * @returns what a person should know
 */
export async function forgetUnreadable(
  { tables }: StateFileContent,
  uploads: Map<string, KeptUpload>,
  files: UploadFiles,
): Promise<string[]> {
  const problems: string[] = [];
  for (const [clusterId, upload] of [...uploads]) {
    const problem = await files.problemOf(upload);
    if (problem === null) continue;
    uploads.delete(clusterId);
    tables.clusters.delete(clusterId);
    const aside = await files.setAside(upload.file);
    problems.push(
      `The upload of cluster '${clusterId}' is broken: ${problem}. It is kept in ${aside}; the cluster is asked for everything again`,
    );
  }
  return problems;
}
