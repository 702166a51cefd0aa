import type { FlowRow } from '../../replay/flow-columns.js';
import type { FlowFile } from './flow-file.js';
import type { FlowWriter } from './flow-writer.js';

/** Characters that are gathered before the disk is asked. */
const chunkLength = 1 << 18;

/** @param head what the file begins with */
export function textFlowWriter(file: FlowFile, head: string, lineOf: (row: FlowRow) => string): FlowWriter {
  let gathered = head;
  const flush = async (): Promise<void> => {
    const text = gathered;
    gathered = '';
    if (text !== '') await file.append(text);
  };
  return {
    async write(rows) {
      for (const row of rows) {
        gathered += lineOf(row);
        if (gathered.length >= chunkLength) await flush();
      }
    },
    async close() {
      try {
        await flush();
      } finally {
        await file.close();
      }
    },
  };
}
