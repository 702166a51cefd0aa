import { expect, test } from 'vitest';
import { createAdmissionGate } from '../../src/conformance/admission-gate.js';

test('admits what fits, in order of arrival', async () => {
  const gate = createAdmissionGate(100);
  const order: string[] = [];
  const first = await gate.admit(60);
  const second = gate.admit(60).then((admission) => {
    order.push('second');
    return admission;
  });
  const third = gate.admit(10).then(() => order.push('third'));
  await Promise.resolve();
  // The third would fit, but is not let past the second.
  expect(order).toEqual([]);
  first.release();
  await Promise.all([second, third]);
  expect(order).toEqual(['second', 'third']);
});

test('lets one that is too large for the limit in alone', async () => {
  const gate = createAdmissionGate(100);
  const held = gate.hold(1);
  let entered = false;
  const large = gate.admit(1000).then(() => {
    entered = true;
  });
  await Promise.resolve();
  expect(entered).toBe(false);
  held.release();
  await large;
});

test('releasing twice frees the bytes once', async () => {
  const gate = createAdmissionGate(100);
  const first = gate.hold(100);
  gate.hold(100);
  first.release();
  first.release();
  let entered = false;
  void gate.admit(1).then(() => {
    entered = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  expect(entered).toBe(false);
});
