import { createColors } from 'picocolors';

/** How text is coloured: as a terminal shows it, or not at all. */
export interface Style {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly warn: (text: string) => string;
}

/** @param colour whether the reader is a terminal that shows colours */
export function createStyle(colour: boolean): Style {
  const colors = createColors(colour);
  return { bold: colors.bold, dim: colors.dim, good: colors.green, bad: colors.red, warn: colors.yellow };
}
