import { createHash } from 'node:crypto';
import type { MessageOutput } from '../../wire/message-types.js';
import { RemoteExecuteError, type RemoteOrder, type RemoteResult } from './remote-command.js';

export type RemoteAnswer = MessageOutput<'agent.RemoteExecResponse'>;

/** Puts the answers to one order together. */
export interface ResultCollector {
  /**
   * @returns the result once it is whole
   * @throws RemoteExecuteError where it never will be
   */
  add(answer: RemoteAnswer): RemoteResult | null;
}

/** @param maxBytes of an output */
export function createResultCollector(order: RemoteOrder, maxBytes: number): ResultCollector {
  const pieces: Buffer[] = [];
  let bytes = 0;

  /** The last piece tells what the whole must be. */
  function addPiece(answer: RemoteAnswer): RemoteResult | null {
    const piece = answer.command_result ?? {};
    if (piece.content !== undefined || pieces.length === 0) {
      const content = Buffer.from(piece.content ?? '');
      pieces.push(content);
      bytes += content.length;
    }
    if (bytes > maxBytes) {
      throw new RemoteExecuteError('too-large', `The output is larger than ${maxBytes} bytes.`);
    }
    const isLast = piece.md5 !== undefined || piece.total_len !== undefined || piece.pkt_count !== undefined;
    if (!isLast) return null;
    const content = Buffer.concat(pieces, bytes);
    const md5 = createHash('md5').update(content).digest('hex');
    check('bytes', bytes, piece.total_len === undefined ? bytes : Number(piece.total_len));
    check('pieces', pieces.length, piece.pkt_count ?? pieces.length);
    if (piece.md5 !== undefined) check('MD5', md5, piece.md5.toLowerCase());
    return { kind: 'output', errno: piece.errno ?? 0, content, md5, pieces: pieces.length };
  }

  return {
    add: (answer) => {
      if (answer.errmsg !== undefined && answer.errmsg !== '') {
        throw new RemoteExecuteError('refused', `The agent says: ${answer.errmsg}`);
      }
      switch (order.kind) {
        case 'list-commands':
          return { kind: 'commands', commands: (answer.commands ?? []).map(commandOf) };
        case 'list-namespaces':
          return { kind: 'namespaces', namespaces: (answer.linux_namespaces ?? []).map(namespaceOf) };
        case 'run':
          return addPiece(answer);
      }
    },
  };
}

function check(what: string, found: string | number, announced: string | number): void {
  if (found === announced) return;
  throw new RemoteExecuteError('damaged', `The output has ${what} ${found}, but the agent announces ${announced}.`);
}

function commandOf(command: NonNullable<RemoteAnswer['commands']>[number]) {
  const { ident, id, cmd = '', cmd_type: kind = 'LINUX', params = [], param_names: names = [] } = command;
  const parameters =
    params.length > 0
      ? params.map(({ name = '', required = false, regex = '' }) => ({ name, required, regex }))
      : names.map((name) => ({ name, required: false, regex: '' }));
  return { ident: ident ?? String(id ?? ''), text: cmd, kind, parameters };
}

function namespaceOf(namespace: NonNullable<RemoteAnswer['linux_namespaces']>[number]) {
  const { id = '0', ns_type: type = '', user = '', pid = 0, cmd: command = '' } = namespace;
  return { id, type, user, pid, command };
}
