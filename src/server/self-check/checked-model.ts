import type { ServerModel } from '../model/server-model.js';
import { checkAnswer } from './check-answer.js';
import type { SelfCheckFault } from './self-check.js';

/** A model whose every answer is held against what agents demand of it. The answers stay what they are. */
export function checkedModel<M extends ServerModel>(model: M, onFault: (fault: SelfCheckFault) => void): M {
  return {
    ...model,
    // A spread would read it once.
    get settings() {
      return model.settings;
    },
    apply: (call) => {
      const outcome = model.apply(call);
      if (outcome.status === 0) {
        const reached = call.local !== undefined;
        for (const fault of checkAnswer({ ...call, response: outcome.response, reached })) onFault(fault);
      }
      return outcome;
    },
    pushAnswer: (call) => {
      const answer = model.pushAnswer(call);
      if ('response' in answer) {
        const reached = call.local !== undefined;
        for (const fault of checkAnswer({ ...call, response: answer.response, reached })) onFault(fault);
      }
      return answer;
    },
  };
}
