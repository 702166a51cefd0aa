import { describe, expect, it } from 'vitest';
import { captureOf, fromClient, fromServer } from './conversation.js';
import { run } from './core.js';
import { ack, fin, psh, rst, syn, type Taken, urg } from './packets.js';

type Side = 'c' | 's';
type Step = readonly [Side, number];

const plain = ack;
const pushed = psh | ack;

/** A way to each state, from the start. Packets of the first SYN make side `c` the client. */
const ways: Readonly<Record<string, readonly Step[]>> = {
  Raw: [],
  Opening1: [['c', syn]],
  Opening2: [
    ['c', syn],
    ['s', syn | ack],
  ],
  Established: [
    ['c', syn],
    ['s', syn | ack],
    ['c', plain],
  ],
  SynAck1: [
    ['c', syn],
    ['s', syn | ack],
    ['c', plain],
    ['s', syn | ack],
  ],
  Syn1: [
    ['c', syn],
    ['s', plain],
  ],
  ClosingTx1: [
    ['c', syn],
    ['s', syn | ack],
    ['c', plain],
    ['c', fin | ack],
  ],
  ClosingTx2: [
    ['c', syn],
    ['s', syn | ack],
    ['c', plain],
    ['c', fin | ack],
    ['s', fin | ack],
  ],
  ClosingRx1: [
    ['c', syn],
    ['s', syn | ack],
    ['c', plain],
    ['s', fin | ack],
  ],
  ClosingRx2: [
    ['c', syn],
    ['s', syn | ack],
    ['c', plain],
    ['s', fin | ack],
    ['c', fin | ack],
  ],
  Closed: [
    ['c', syn],
    ['s', syn | ack],
    ['c', plain],
    ['c', fin | ack],
    ['s', fin | ack],
    ['c', plain],
  ],
  Reset: [
    ['c', syn],
    ['s', syn | ack],
    ['c', plain],
    ['c', rst],
  ],
  ServerReset: [
    ['c', syn],
    ['s', rst],
  ],
  EstablishReset: [
    ['c', syn],
    ['c', rst],
  ],
  ClientL4PortReuse: [
    ['c', syn],
    ['s', plain],
    ['c', rst],
  ],
  ServerCandidateQueueLack: [
    ['c', syn],
    ['s', syn | ack],
    ['c', plain],
    ['s', syn | ack],
    ['s', rst],
  ],
  OpeningRst: [
    ['c', syn],
    ['s', syn | ack],
    ['c', rst],
  ],
  Exception: [
    ['c', syn],
    ['c', syn | fin],
  ],
};

const X = 'Exception';
const classes = {
  S: [syn],
  SA: [syn | ack],
  A: [plain],
  P: [pushed, pushed | urg],
  F: [fin, fin | ack, fin | psh | ack],
  R: [rst, rst | ack, rst | psh | ack],
};
type Class = keyof typeof classes;

/** The specification's table: client S / SA / A / PSH+ACK / F / R, then what the server's packets make instead. */
const table: Readonly<Record<string, readonly [readonly string[], Partial<Record<Class, string>>]>> = {
  Opening1: [
    ['Opening1', X, 'Established', 'Established', 'ClosingTx1', 'EstablishReset'],
    { SA: 'Opening2', A: 'Syn1', P: 'Syn1', R: 'ServerReset', F: 'ClosingRx1' },
  ],
  Opening2: [
    ['Opening2', X, 'Established', 'Established', 'ClosingTx1', 'OpeningRst'],
    { SA: 'Opening2', F: 'ClosingRx1', R: 'EstablishReset' },
  ],
  Established: [
    ['Established', X, 'Established', 'Established', 'ClosingTx1', 'Reset'],
    { SA: 'SynAck1', F: 'ClosingRx1' },
  ],
  SynAck1: [
    ['Established', X, 'SynAck1', 'SynAck1', 'ClosingTx1', 'Reset'],
    { SA: 'SynAck1', A: 'Established', P: 'Established', F: 'ClosingRx1', R: 'ServerCandidateQueueLack' },
  ],
  Syn1: [
    ['Opening1', X, 'Established', 'Established', 'ClosingTx1', 'ClientL4PortReuse'],
    { SA: 'Opening2', A: 'Syn1', P: 'Syn1', F: 'ClosingRx1', R: 'EstablishReset' },
  ],
  ClosingTx1: [['ClosingTx1', 'ClosingTx1', 'ClosingTx1', 'ClosingTx1', 'ClosingTx1', 'Reset'], { F: 'ClosingTx2' }],
  ClosingTx2: [['ClosingTx2', 'ClosingTx2', 'Closed', X, 'ClosingTx2', 'Reset'], { A: 'ClosingTx2', P: 'ClosingTx2' }],
  ClosingRx1: [['ClosingRx1', 'ClosingRx1', 'ClosingRx1', 'ClosingRx1', 'ClosingRx2', 'Reset'], { F: 'ClosingRx1' }],
  ClosingRx2: [['ClosingRx2', 'ClosingRx2', 'ClosingRx2', 'ClosingRx2', 'ClosingRx2', 'Reset'], { A: 'Closed' }],
  Closed: [[X, X, 'Closed', X, X, X], {}],
  Reset: [['Reset', 'Reset', 'Reset', 'Reset', 'Reset', 'Reset'], {}],
  ServerReset: [new Array<string>(6).fill('ServerReset'), {}],
  EstablishReset: [new Array<string>(6).fill('EstablishReset'), {}],
  ClientL4PortReuse: [new Array<string>(6).fill('ClientL4PortReuse'), {}],
  ServerCandidateQueueLack: [new Array<string>(6).fill('ServerCandidateQueueLack'), {}],
  OpeningRst: [new Array<string>(6).fill('OpeningRst'), {}],
  Exception: [new Array<string>(6).fill(X), {}],
};

function stateAfter(steps: readonly Step[]): { state: string | undefined; isReversed: boolean } {
  const packets: Taken[] = steps.map(([side, flags], i) => (side === 'c' ? fromClient : fromServer)({ at: i, flags }));
  const { records } = run(captureOf(...packets));
  const record = records[0];
  return { state: record?.state, isReversed: record?.client.ip !== '10.0.0.1' };
}

describe('TCP state table', () => {
  for (const [state, way] of Object.entries(ways)) {
    if (way.length > 0) it(`reaches ${state}`, () => expect(stateAfter(way).state).toBe(state));
  }

  for (const [state, [client, server]] of Object.entries(table)) {
    const way = ways[state] ?? [];
    Object.entries(classes).forEach(([name, flagSets], column) => {
      for (const flags of flagSets) {
        // A SYN+ACK of the client would make it the server, so what it does as a client cannot be seen from outside.
        if (name !== 'SA') {
          it(`${state}: client's ${name} (${flags})`, () => {
            expect(stateAfter([...way, ['c', flags]]).state).toBe(client[column]);
          });
        }
        // Likewise a SYN of the server.
        if (name !== 'S') {
          it(`${state}: server's ${name} (${flags})`, () => {
            const expected = server[name as Class] ?? client[column];
            expect(stateAfter([...way, ['s', flags]]).state).toBe(expected);
          });
        }
      }
    });
    it(`${state}: flags that no packet may carry`, () => {
      expect(stateAfter([...way, ['c', syn | fin]]).state).toBe(X);
    });
  }

  it.each([
    ['SYN', syn, 'Opening1'],
    ['ACK', plain, 'Established'],
    ['FIN of the client', fin | ack, 'ClosingTx1'],
    ['RST', rst, 'Reset'],
    ['SYN+ACK, which makes its sender the server', syn | ack, 'Opening2'],
  ])('Raw: %s', (_, flags, expected) => expect(stateAfter([['c', flags]]).state).toBe(expected));

  it('Raw: FIN of the server', () => expect(stateAfter([['s', fin | ack]]).state).toBe('ClosingRx1'));

  it('takes no notice of ECE and CWR', () => {
    expect(
      stateAfter([
        ['c', syn | 0xc0],
        ['s', syn | ack | 0x40],
        ['c', ack],
      ]).state,
    ).toBe('Established');
  });
});
