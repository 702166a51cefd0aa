import { ContentDigest } from '../content-digest.js';
import { asArray, asObject, asText, isJsonObject, type JsonObject } from '../json-value.js';
import { applicableFields, neededFields, presentFields } from '../needed-fields.js';
import { partsOf } from '../object-parts.js';
import type { NodeReading } from '../reading.js';
import { isConditionTrue } from './condition.js';
import type { LastRead } from './last-read.js';
import { readMeta, rowOf } from './meta.js';

/** A Node with one of these labels, whatever its value, is shown as a master. */
const masterLabels = ['node-role.kubernetes.io/master', 'node-role.kubernetes.io/control-plane'];

export function readNode(type: string, object: JsonObject, last: LastRead): NodeReading {
  const content = new ContentDigest(type);
  const meta = readMeta(object, content, last);
  const parts = partsOf(object);
  const { metadata, spec, status } = parts;
  const internalIp = readInternalIp(status.addresses);
  const podCidr = asText(spec.podCidr) || asText(spec.podCIDR);
  const ready = isConditionTrue(status.conditions, 'reason', 'KubeletReady');
  content.text('address', internalIp ?? '');
  content.flag(internalIp !== null);
  content.text('podCIDR', podCidr);
  content.text('KubeletReady', ready ? 'True' : 'False');
  const labels = asObject(metadata.labels);
  for (const label of masterLabels) content.flag(Object.hasOwn(labels, label));
  const capacity = asObject(status.capacity);
  content.text('cpu', asText(capacity.cpu));
  content.text('memory', asText(capacity.memory));
  return {
    kind: 'node',
    meta,
    row: rowOf(type, meta),
    jsonKind: asText(object.kind),
    fields: presentFields(neededFields.node, parts),
    fieldsApplicable: applicableFields(neededFields.node, parts, type),
    digest: content.value(),
    neededSize: content.size,
    internalIp,
    podCidr,
    ready,
  };
}

function readInternalIp(addresses: unknown): string | null {
  for (const address of asArray(addresses)) {
    if (isJsonObject(address) && address.type === 'InternalIP') return asText(address.address);
  }
  return null;
}
