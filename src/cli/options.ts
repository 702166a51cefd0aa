import { isIP } from 'node:net';
import { PlumblineError } from './plumbline-error.js';

/** @throws PlumblineError (bad input) where `value` is none of `allowed` */
export function oneOf<const T extends string>(option: string, value: string, allowed: readonly T[]): T {
  const found = allowed.find((one) => one === value);
  if (found === undefined) {
    throw PlumblineError.badInput(`${option} is '${value}'; expected ${allowed.join(' or ')}.`);
  }
  return found;
}

/**
 * "host:port"; IPv6 in brackets; port 0 takes a free one.
 *
 * @throws PlumblineError (bad input)
 */
export function hostAndPort(option: string, text: string): { host: string; port: number } {
  const match = /^(?:\[(?<v6>[^\]]+)\]|(?<host>[^:]*)):(?<port>\d{1,5})$/.exec(text);
  const port = Number(match?.groups?.port);
  const host = match?.groups?.v6 ?? match?.groups?.host;
  if (match === null || port > 65_535 || host === undefined || host === '') {
    throw PlumblineError.badInput(`${option} is '${text}'; expected HOST:PORT, as in 127.0.0.1:30035 or [::1]:0.`);
  }
  return { host, port };
}

/**
 * An address that others reach a server by: "ip:port", IPv6 in brackets.
 *
 * @throws PlumblineError (bad input)
 */
export function advertised(option: string, text: string): { address: string; port: number } {
  const { host, port } = hostAndPort(option, text);
  if (isIP(host) === 0 || port === 0) {
    throw PlumblineError.badInput(
      `${option} is '${text}'; expected IP:PORT, as in 192.0.2.10:30035.`,
      'Agents are told it as it stands: the IP address of this machine, Node or NAT, and the port that is forwarded.',
    );
  }
  return { address: host, port };
}
