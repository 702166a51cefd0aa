import type { KubeObject } from '../../kube/kube-object.js';
import { ingressToV1, ingressToV1beta1 } from './ingress.js';

/**
 * The object in another version of its kind, as the API shows it; the same object where the versions differ in nothing
 * but the apiVersion (which is then left as it is).
 */
export function convert(object: KubeObject, apiVersion: string): KubeObject {
  if (object.kind !== 'Ingress') return object;
  const isBeta = object.apiVersion.endsWith('/v1beta1');
  const toBeta = apiVersion.endsWith('/v1beta1');
  if (isBeta === toBeta) return object;
  return toBeta ? ingressToV1beta1(object, apiVersion) : ingressToV1(object, apiVersion);
}

/** As `convert`, always with the apiVersion that was asked for. */
export function inVersion(object: KubeObject, apiVersion: string): KubeObject {
  if (object.apiVersion === apiVersion) return object;
  return { ...convert(object, apiVersion), apiVersion };
}
