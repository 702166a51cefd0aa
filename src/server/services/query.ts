import { messageType } from '../../wire/protos.js';
import { answered, type CallOutcome, type ServiceCall, undecodable } from '../model/call-outcome.js';
import type { ServerState } from '../model/server-state.js';
import { answerNtp } from './ntp.js';

/** An agent asks for the time. What is no NTP packet is answered with an empty one, as by the real server. */
export function playQuery(_state: ServerState, call: ServiceCall): CallOutcome {
  const { message, problem } = messageType(`${call.package}.NtpRequest`).tryDecode(call.request);
  if (message === null) return undecodable(problem);
  const response = answerNtp(message.request ?? Buffer.alloc(0), call.time);
  return answered(messageType(`${call.package}.NtpResponse`).encode(response === null ? {} : { response }));
}
