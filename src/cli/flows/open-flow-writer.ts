import { extname } from 'node:path';
import { PlumblineError } from '../plumbline-error.js';
import { csvHead, csvLine } from './csv.js';
import { type FlowFile, openFlowFile } from './flow-file.js';
import type { FlowWriter } from './flow-writer.js';
import { jsonLine } from './jsonl.js';
import { parquetFlowWriter } from './parquet.js';
import { textFlowWriter } from './text-flow-writer.js';

const writers: Readonly<Record<string, (file: FlowFile) => FlowWriter>> = {
  '.jsonl': (file) => textFlowWriter(file, '', jsonLine),
  '.csv': (file) => textFlowWriter(file, csvHead, csvLine),
  '.parquet': parquetFlowWriter,
};

/**
 * A writer by the path's ending: .jsonl, .csv or .parquet. A file that is there is replaced.
 *
 * @throws PlumblineError (bad input) for another ending, before anything is written, or where the file cannot be opened
 */
export async function openFlowWriter(path: string): Promise<FlowWriter> {
  const writer = writers[extname(path).toLowerCase()];
  if (writer === undefined) {
    throw PlumblineError.badInput(
      `--flows is '${path}'; expected a file that ends in ${Object.keys(writers).join(', ')}.`,
      'The ending chooses the format, as in --flows flows.parquet.',
    );
  }
  return writer(await openFlowFile(path));
}
