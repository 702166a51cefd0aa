/** Something that a journal held and that could not be read back. */
export interface JournalDamage {
  readonly kind: /** The file ends inside a record: the writer was killed while it wrote, before it answered that call. */
    | 'torn-tail'
    /** One record's bytes are not what was written; the ones behind it are read. */
    | 'corrupt-record'
    /** Where the next record begins is no longer known; reading goes on with the next segment. */
    | 'corrupt-rest'
    /** A segment is missing between two others. */
    | 'missing-segment';
  readonly file: string;
  /** Byte offset in the file. */
  readonly offset: number;
  /** Bytes that were not read. */
  readonly lostBytes: number;
  /** A sentence for a person. */
  readonly message: string;
}
