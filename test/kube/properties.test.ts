import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arbitraryHistory } from '../../fixtures/cluster/arbitraries.js';
import { typedObjects } from '../../fixtures/cluster/index.js';
import { compats } from '../../src/kube/compat.js';
import { difference } from '../../src/kube/difference.js';
import type { Entry } from '../../src/kube/entry.js';
import type { Inventory } from '../../src/kube/inventory.js';
import { createObjectReader, readObject } from '../../src/kube/read-object.js';
import { createInventoryTaker, takeInventory } from '../../src/kube/take-inventory.js';
import { typeStrings } from '../../src/kube/type-strings.js';
import { clusterWith } from './cluster.js';
import { type Draft, entryAt, notInflatable, notJson, snapshotOf } from './entries.js';

const compat = fc.constantFrom(...compats);
const uid = fc.constantFrom('', 'a', 'b', 'c', 'd', 'e', 'u-dep', 'u-rs');
const name = fc.constantFrom('', 'web', 'web-1', 'web-11', 'db', 'shop', 'ops');
const namespace = fc.constantFrom('', 'shop', 'ops');
const labels = fc.dictionary(fc.constantFrom('app', 'tier', '__proto__'), fc.constantFrom('web', 'db'), { maxKeys: 2 });
const ip = fc.constantFrom('', '10.0.0.1', '10.1.0.2', '10.2.0.3', 'fd00::1', 'x', '1.2.3');
const kind = fc.constantFrom('ReplicaSet', 'Deployment', 'StatefulSet', 'InPlaceSet', 'Job', 'OpenGaussCluster');
const port = fc.record({
  name: fc.constantFrom('', 'http'),
  port: fc.constantFrom(80, 81),
  targetPort: fc.constantFrom(80, 'http', null),
});
const backend = fc.record({
  service: fc.record({ name, port: fc.constantFrom({ number: 80 }, { name: 'http' }, {}) }),
});

/** Objects that look like those of Kubernetes, refer to each other now and then, and lack something now and then. */
const plausible = fc.record(
  {
    kind: fc.constantFrom('Pod', 'List', 'X'),
    gitVersion: fc.constantFrom('', 'v1'),
    items: fc.constantFrom([], [{ metadata: { uid: 'z', name: 'z' } }]),
    metadata: fc.record(
      {
        uid,
        name,
        namespace,
        labels,
        generateName: fc.constantFrom('', 'web-', 'web-1-'),
        generate_name: fc.constantFrom('', 'web-1-'),
        ownerReferences: fc.oneof(fc.array(fc.record({ kind, name, uid }), { maxLength: 2 }), fc.record({ kind, uid })),
      },
      { requiredKeys: ['uid', 'name'] },
    ),
    spec: fc.record(
      {
        replicas: fc.constantFrom(0, 1, 3),
        podCIDR: fc.constantFrom('', '10.1.0.0/24', '10.2/16'),
        selector: labels,
        type: fc.constantFrom('ClusterIP', 'NodePort', 'ExternalName'),
        clusterIP: fc.constantFrom('None', '10.96.0.1', '1.2'),
        ports: fc.array(port, { maxLength: 2 }),
        template: fc.record({
          metadata: fc.record({ labels }),
          spec: fc.record({
            containers: fc.array(
              fc.record({
                ports: fc.array(fc.record({ name: fc.constant('http'), containerPort: fc.constantFrom(80, 90) }), {
                  maxLength: 2,
                }),
              }),
              { maxLength: 1 },
            ),
          }),
        }),
        rules: fc.array(
          fc.record({ host: name, http: fc.record({ paths: fc.array(fc.record({ backend }), { maxLength: 2 }) }) }),
          { maxLength: 2 },
        ),
        defaultBackend: backend,
        host: name,
        to: fc.record({ name }),
      },
      { requiredKeys: [] },
    ),
    status: fc.record(
      {
        addresses: fc.array(fc.record({ type: fc.constantFrom('InternalIP', 'Hostname'), address: ip }), {
          maxLength: 2,
        }),
        podIP: ip,
        hostIP: ip,
        conditions: fc.constantFrom([], [{ type: 'Ready', status: 'True' }]),
      },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: ['metadata'] },
);

const type = fc.oneof(
  fc.constantFrom(...typeStrings.map((each) => each.type)),
  fc.constantFrom('*v1.Pod', '*v1.Pod', '*v1.Service', '*v1.Job', 'pods'),
);
const readable: fc.Arbitrary<Draft> = fc.record({ type, object: plausible });
const anything: fc.Arbitrary<Draft> = fc.oneof(
  readable,
  fc.record({ type, object: fc.jsonValue() }),
  fc.record({ type, failure: fc.constantFrom(notInflatable, notJson) }),
);
/** Often beside a whole cluster, so that there is something to refer to. */
const upload = fc
  .tuple(fc.constantFrom(clusterWith(), clusterWith(), []), fc.array(readable, { maxLength: 25 }))
  .map(([cluster, drafts]) => [...cluster, ...drafts]);
const options = fc.record({ registered: fc.boolean(), errorMsg: fc.constantFrom('', 'x') });

/** Without what must name an entry's position. */
function comparable(inventory: Inventory): unknown {
  const rows = inventory.objects.map((object) => JSON.stringify(object));
  return { ...inventory, objects: rows.toSorted() };
}

describe('takeInventory', () => {
  it('does not depend on the order of entries', () => {
    fc.assert(
      fc.property(upload, compat, fc.infiniteStream(fc.nat()), (drafts, which, randomness) => {
        const shuffled = drafts
          .map((draft) => ({ draft, at: randomness.next().value ?? 0 }))
          .toSorted((left, right) => left.at - right.at)
          .map(({ draft }) => draft);
        const before = takeInventory(snapshotOf(drafts), which);
        const after = takeInventory(snapshotOf(shuffled), which);
        expect(comparable(after.inventory)).toEqual(comparable(before.inventory));
      }),
      { numRuns: 400 },
    );
  });

  it('never shows a Pod without its namespace and its workload, nor a ReplicaSet without its namespace', () => {
    let pods = 0;
    fc.assert(
      fc.property(upload, compat, (drafts, which) => {
        const { inventory, readings } = takeInventory(snapshotOf(drafts), which);
        const shown = inventory.objects.filter((object) => object.shown);
        const names = new Set(shown.filter((object) => object.type === '*v1.Namespace').map((object) => object.name));
        const workloads = new Set(
          readings
            .filter((reading, i) => /workload|replicaset/.test(reading?.kind ?? '') && inventory.objects[i]?.shown)
            .map((reading) => reading?.meta.uid),
        );
        for (const [i, object] of inventory.objects.entries()) {
          const reading = readings[i];
          if (!object.shown || reading == null) continue;
          if (!['version', 'node', 'namespace'].includes(reading.kind)) expect(names).toContain(object.namespace);
          if (reading.kind !== 'pod') continue;
          pods += 1;
          if (reading.owner.first?.kind !== 'InPlaceSet') expect(workloads).toContain(reading.owner.first?.uid);
        }
      }),
      { numRuns: 400 },
    );
    expect(pods).toBeGreaterThan(200);
  });

  it('never throws, and has a row for every entry and a reason for all that it leaves out', () => {
    fc.assert(
      fc.property(fc.array(anything, { maxLength: 15 }), options, compat, (drafts, given, which) => {
        const { inventory, readings } = takeInventory(snapshotOf(drafts, given), which);
        expect(inventory.objects.length).toBeGreaterThanOrEqual(drafts.length);
        expect(readings).toHaveLength(inventory.objects.length);
        for (const object of inventory.objects) {
          expect(object.shown).toBe(object.reason === undefined);
          expect(object.shown).toBe(object.detail === undefined);
        }
        expect(inventory.state === 'shown').toBe(inventory.failures.length === 0);
        if (inventory.state !== 'shown')
          expect(Object.values(inventory.counts).every((count) => count === 0)).toBe(true);
        expect(JSON.parse(JSON.stringify(inventory))).toEqual(inventory);
      }),
      { numRuns: 400 },
    );
  });

  it('counts no more than is shown', () => {
    fc.assert(
      fc.property(upload, compat, (drafts, which) => {
        const { inventory } = takeInventory(snapshotOf(drafts), which);
        if (inventory.state !== 'shown') return;
        const shownOf = (type: RegExp) =>
          inventory.objects.filter((object) => object.shown && type.test(object.type)).length;
        expect(inventory.counts.pods).toBe(shownOf(/\.Pod$/));
        expect(inventory.counts.nodes).toBe(shownOf(/\.Node$/));
        expect(inventory.counts.namespaces).toBe(shownOf(/\.Namespace$/));
        expect(inventory.counts.replicaSets).toBe(shownOf(/\.ReplicaSet$/));
        expect(inventory.counts.services).toBe(shownOf(/\.Service/));
        expect(inventory.counts.ingresses).toBe(shownOf(/Ingress|Route/));
        expect(inventory.counts.configMaps).toBe(shownOf(/ConfigMap/));
      }),
      { numRuns: 200 },
    );
  });
});

describe('createInventoryTaker', () => {
  /** The same draft is the same decoded entry in every snapshot, as it is for uploads that share bytes. */
  const createDecoder = () => {
    const known = new Map<object, Entry['decoded']>();
    return (key: object, index: number, draft: Draft): Entry => {
      const entry = entryAt(index, draft);
      const decoded = known.get(key) ?? entry.decoded;
      known.set(key, decoded);
      return { ...entry, decoded };
    };
  };

  it('gives what takeInventory gives, whatever it has seen before', () => {
    const step = fc.record({ left: fc.array(fc.nat({ max: 99 }), { maxLength: 6 }), which: compat, given: options });
    // Often several steps of one compat, in which most stays as it is.
    const steps = fc.array(fc.tuple(step, fc.integer({ min: 1, max: 3 })), { minLength: 1, maxLength: 4 });
    const pool = fc.tuple(upload, fc.array(anything, { maxLength: 5 })).map((parts) => parts.flat());
    fc.assert(
      fc.property(pool, steps, (drafts, all) => {
        const take = createInventoryTaker();
        const decode = createDecoder();
        for (const [{ left, which, given }, times] of all) {
          for (let time = 0; time < times; time++) {
            const leftOut = new Set(left.slice(time).map((each) => each % (drafts.length + 1)));
            const kept = drafts.filter((_, at) => !leftOut.has(at));
            const entries = kept.map((draft, index) => decode(draft, index, draft));
            const snapshot = snapshotOf([], { ...given, entries });
            expect(take(snapshot, which)).toEqual(takeInventory(snapshot, which));
          }
        }
      }),
      { numRuns: 400 },
    );
  });

  it('gives what takeInventory gives while a whole cluster changes', () => {
    fc.assert(
      fc.property(arbitraryHistory(), compat, ({ cluster, changes }, which) => {
        const take = createInventoryTaker();
        const decode = createDecoder();
        let now = cluster;
        for (const change of [null, ...changes]) {
          now = change?.apply(now) ?? now;
          const entries = Array.from(typedObjects(now), ({ type: ofType, object }, index) =>
            decode(object, index, { type: ofType, object }),
          );
          const snapshot = snapshotOf([], { entries });
          expect(take(snapshot, which)).toEqual(takeInventory(snapshot, which));
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('difference', () => {
  it('of equal snapshots is empty', () => {
    fc.assert(
      fc.property(upload, compat, (drafts, which) => {
        const before = takeInventory(snapshotOf(drafts), which);
        const after = takeInventory(snapshotOf(drafts.toReversed()), which);
        expect(difference(before, after)).toMatchObject({ created: [], updated: [], deleted: [] });
      }),
      { numRuns: 200 },
    );
  });
});

it('a reader of many objects reads each as if it were the first', () => {
  const object = fc.oneof(plausible, fc.jsonValue());
  fc.assert(
    fc.property(fc.array(fc.tuple(type, object), { minLength: 2, maxLength: 20 }), (objects) => {
      const read = createObjectReader();
      for (const [which, json] of objects) expect(read(which, json)).toEqual(readObject(which, json));
    }),
    { numRuns: 300 },
  );
});

it('readObject takes any JSON', () => {
  fc.assert(
    fc.property(type, fc.jsonValue({ maxDepth: 6 }), (which, json) => {
      expect(readObject(which, json).length).toBeGreaterThan(0);
    }),
  );
});
