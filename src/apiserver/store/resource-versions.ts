/** Writes revisions of the store as the resourceVersions that clients see. */
export interface ResourceVersions {
  write(revision: number): string;
  /** Null where the text is none that `write` could have made. */
  read(text: string): number | null;
}

export const numericVersions: ResourceVersions = {
  write: String,
  read: (text) => (/^(0|[1-9]\d{0,14})$/.test(text) ? Number(text) : null),
};

const factor = 0x9e3779b1;
const inverse = 0x0e8b2f51;
const letters = 'abcdefghijklmnopqrstuvwxyz';

/**
 * Versions that look like no numbers and whose order as texts says nothing of their age: clients must treat them as
 * opaque. Each revision has one text, whatever the run.
 */
export const opaqueVersions: ResourceVersions = {
  write: (revision) => {
    let rest = Math.imul(revision ^ 0x2b5f17, factor) >>> 0;
    let text = '';
    for (let at = 0; at < 7; at++) {
      text = letters[rest % 26] + text;
      rest = Math.floor(rest / 26);
    }
    return `rv-${text}`;
  },
  read: (text) => {
    if (!/^rv-[a-z]{7}$/.test(text)) return null;
    let mixed = 0;
    for (const letter of text.slice(3)) mixed = mixed * 26 + letters.indexOf(letter);
    return mixed > 0xffffffff ? null : (Math.imul(mixed, inverse) ^ 0x2b5f17) >>> 0;
  },
};
