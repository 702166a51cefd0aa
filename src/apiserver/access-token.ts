import { rename, writeFile } from 'node:fs/promises';

/** The one bearer token that opens the API, and the files that clients read it from. */
export interface AccessToken {
  current(): string;
  /** The old one is worth nothing from now on; resolved when the files hold the new one. */
  rotate(): Promise<void>;
}

/** @param create makes a token that nobody can guess */
export async function createAccessToken(files: readonly string[], create: () => string): Promise<AccessToken> {
  let token = create();
  await writeAll(files, token);
  return {
    current: () => token,
    rotate: () => {
      token = create();
      return writeAll(files, token);
    },
  };
}

/** A reader sees the old token or the new one, never half of one. */
async function writeAll(files: readonly string[], token: string): Promise<void> {
  for (const file of files) {
    await writeFile(`${file}.new`, token, { mode: 0o600 });
    await rename(`${file}.new`, file);
  }
}
