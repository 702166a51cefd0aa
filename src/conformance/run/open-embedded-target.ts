import { startApiServer } from '../../apiserver/api-server.js';
import { embeddedTarget } from './embedded-target.js';
import type { OpenTarget } from './open-target.js';
import { createSeededUids } from './seeded-uids.js';

/** A Kubernetes API of its own for each scenario. */
export const openEmbeddedTarget: OpenTarget = async ({ directory, clock, seed, objects, groups, resourceVersions }) => {
  const server = await startApiServer({
    directory,
    clock,
    seed,
    ids: createSeededUids(seed),
    objects,
    ...(groups === undefined ? {} : { groups }),
    ...(resourceVersions === undefined ? {} : { resourceVersions }),
  });
  return embeddedTarget(server);
};
