import type { SchemaElement } from 'hyparquet';
import { ByteWriter, type ColumnSource, ParquetWriter } from 'hyparquet-writer';
import { type FlowColumnKind, type FlowRow, flowColumnKinds, flowColumns } from '../../replay/flow-columns.js';
import type { FlowFile } from './flow-file.js';
import type { FlowWriter } from './flow-writer.js';

/** Rows that are held until they are written as one row group. */
export const rowsPerGroup = 16_384;

const elements: Readonly<Record<FlowColumnKind, Omit<SchemaElement, 'name'>>> = {
  text: { type: 'BYTE_ARRAY', converted_type: 'UTF8' },
  flag: { type: 'BOOLEAN' },
  int: { type: 'INT32' },
  long: { type: 'INT64' },
  unsigned: { type: 'INT64', converted_type: 'UINT_64' },
};

const schema: SchemaElement[] = [
  { name: 'flows', num_children: flowColumns.length },
  ...flowColumns.map(
    (name): SchemaElement => ({
      name,
      repetition_type: 'REQUIRED',
      ...elements[flowColumnKinds[name]],
    }),
  ),
];

/** Parquet with Snappy: every column is required, 64-bit numbers are INT64, flow_id and tap_port unsigned ones. */
export function parquetFlowWriter(file: FlowFile): FlowWriter {
  const bytes = new ByteWriter();
  const flush = async (): Promise<void> => {
    const written = bytes.getBytes().slice();
    bytes.index = 0;
    await file.append(written);
  };
  const parquet = new ParquetWriter({
    writer: Object.assign(bytes, { flush, finish: flush }),
    schema,
    createdBy: 'plumbline',
  });
  let held: FlowRow[] = [];
  const writeGroup = async (): Promise<void> => {
    const rows = held;
    held = [];
    if (rows.length > 0) await parquet.write({ columnData: columnsOf(rows), rowGroupSize: rows.length });
  };
  return {
    async write(rows) {
      for (const row of rows) {
        held.push(row);
        if (held.length >= rowsPerGroup) await writeGroup();
      }
    },
    async close() {
      try {
        await writeGroup();
        await parquet.finish();
      } finally {
        await file.close();
      }
    },
  };
}

function columnsOf(rows: readonly FlowRow[]): ColumnSource[] {
  return flowColumns.map((name) => ({
    name,
    data:
      flowColumnKinds[name] === 'long'
        ? BigInt64Array.from(rows, (row) => BigInt(row[name]))
        : rows.map((row) => row[name]),
    // Statistics would cost more than reading these files gains from them.
    statistics: name === 'start_time' || name === 'end_time',
  }));
}
