import { ContentDigest } from '../content-digest.js';
import { arrayAt, isJsonObject, type JsonObject, objectAt, textAt } from '../json-value.js';
import { applicableFields, neededFields, presentFields } from '../needed-fields.js';
import type { NodeReading } from '../reading.js';
import { isConditionTrue } from './condition.js';
import { readMeta, rowOf } from './meta.js';

/** A Node with one of these labels, whatever its value, is shown as a master. */
const masterLabels = ['node-role.kubernetes.io/master', 'node-role.kubernetes.io/control-plane'];

export function readNode(type: string, object: JsonObject): NodeReading {
  const content = new ContentDigest(type);
  const meta = readMeta(object, content);
  const spec = objectAt(object, 'spec');
  const status = objectAt(object, 'status');
  const internalIp = readInternalIp(status);
  const podCidr = textAt(spec, 'podCidr') || textAt(spec, 'podCIDR');
  const ready = isConditionTrue(status, 'reason', 'KubeletReady');
  content.text('address', internalIp ?? '');
  content.flag(internalIp !== null);
  content.text('podCIDR', podCidr);
  content.text('KubeletReady', ready ? 'True' : 'False');
  const labels = objectAt(objectAt(object, 'metadata'), 'labels');
  for (const label of masterLabels) content.flag(Object.hasOwn(labels, label));
  const capacity = objectAt(status, 'capacity');
  content.text('cpu', textAt(capacity, 'cpu'));
  content.text('memory', textAt(capacity, 'memory'));
  return {
    kind: 'node',
    meta,
    row: rowOf(type, meta),
    jsonKind: textAt(object, 'kind'),
    fields: presentFields(neededFields.node, object),
    fieldsApplicable: applicableFields(neededFields.node, object, type),
    digest: content.value(),
    neededSize: content.size,
    internalIp,
    podCidr,
    ready,
  };
}

function readInternalIp(status: JsonObject): string | null {
  for (const address of arrayAt(status, 'addresses')) {
    if (isJsonObject(address) && textAt(address, 'type') === 'InternalIP') return textAt(address, 'address');
  }
  return null;
}
