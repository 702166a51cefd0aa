/** Texts that begin to be forgotten behind: equal ones after that are texts of their own again. */
const most = 10_000;

/** @returns gives one and the same text for texts that are equal, so that the names of few things are kept few times */
export function createSameTexts(): (text: string) => string {
  const known = new Map<string, string>();
  return (text) => {
    const before = known.get(text);
    if (before !== undefined) return before;
    if (known.size >= most) known.clear();
    known.set(text, text);
    return text;
  };
}
