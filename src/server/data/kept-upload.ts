/** The request of a KubernetesAPISync call that a cluster's snapshot is made of, in a file of its own. */
export interface KeptUpload {
  /** Of the call. */
  readonly seq: number;
  /** In the folder of uploads. */
  readonly file: string;
  readonly bytes: number;
  /** CRC-32 of the bytes. */
  readonly crc: number;
}
