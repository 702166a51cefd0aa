import { describe, expect, it } from 'vitest';
import type { PodFact } from '../../../src/platform/cluster-facts.js';
import { createClusterPlatform } from '../../../src/server/model/cluster-platform.js';

const node = { kind: 'node', uid: 'n1', name: 'node-1', ip: '10.0.0.1', podCidr: '' } as const;
const pod: PodFact = {
  ...{ kind: 'pod', uid: 'p1', namespace: 'a', name: 'web', ip: '10.1.1.5', hostIp: '10.0.0.1' },
  containers: ['c1'],
};

function platformOf() {
  let lastId = 0;
  const platform = createClusterPlatform(() => {
    lastId += 1;
    return lastId;
  });
  const told: (readonly [string, string | undefined])[] = [];
  platform.follow({
    interface: (key, view) => told.push([key, view?.owner.name]),
    cidr: () => {},
    group: () => {},
  });
  return { platform, told };
}

describe('the platform data of a cluster', () => {
  it('tells followers of an interface once it is another one, and not where only its fact came again', () => {
    const { platform, told } = platformOf();
    platform.setFact(node);
    platform.setFact(pod);
    expect(platform.refresh()).toBe(true);
    expect(told).toEqual([
      ['n1', 'node-1'],
      ['p1', 'a/web'],
    ]);
    told.length = 0;
    platform.setFact({ ...pod, containers: ['c2'] });
    expect(platform.refresh()).toBe(false);
    expect(told).toEqual([]);
    platform.setFact({ ...pod, name: 'web-2' });
    expect(platform.refresh()).toBe(true);
    platform.deleteFact('p1');
    expect(platform.refresh()).toBe(true);
    expect(told).toEqual([
      ['p1', 'a/web-2'],
      ['p1', undefined],
    ]);
  });

  it('has the containers of a Pod, be it one, several or none', () => {
    const { platform } = platformOf();
    platform.setFact(node);
    const ids = () => platform.containers().map(({ containerId }) => containerId);
    for (const containers of [[], ['c1'], ['c1', 'c2']]) {
      platform.setFact({ ...pod, containers });
      platform.refresh();
      expect(ids()).toEqual(containers);
    }
  });
});
