import type { ServerModel } from './model/server-model.js';

/** Has a model do what it has put off, a little in each turn of the event loop. */
export function catchUpInTurns(model: Pick<ServerModel, 'catchUp' | 'onChange'>): void {
  let isUnderWay = false;
  const turn = (): void => {
    isUnderWay = model.catchUp();
    if (isUnderWay) setImmediate(turn);
  };
  model.onChange(({ kind }) => {
    if (kind !== 'behind' || isUnderWay) return;
    isUnderWay = true;
    setImmediate(turn);
  });
}
