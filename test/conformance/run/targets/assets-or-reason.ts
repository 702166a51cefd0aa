import { type ControlPlaneAssets, findAssets } from '../../../../src/conformance/run/targets/find-assets.js';

/** The programs of a real control plane, or why a test that needs them is skipped. */
export function assetsOrReason(): ControlPlaneAssets | string {
  try {
    return findAssets(process.env);
  } catch (thrown) {
    return thrown instanceof Error ? thrown.message : String(thrown);
  }
}
