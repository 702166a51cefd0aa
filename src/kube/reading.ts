import type { PodSurroundings } from './gather/pod-surroundings.js';
import type { InventoryObject } from './inventory.js';

/**
 * Readings: the needed fields of Kubernetes objects, taken leniently as deepflow-server takes them (a value of the wrong
 * JSON type counts as absent), with the odd values kept where a message must show them. A reading holds all that the
 * inventory and the rules need of an object, so that the JSON itself can be dropped.
 */

export interface Meta {
  /** `metadata` is an object. */
  readonly present: boolean;
  /** "" where absent or not a string. */
  readonly uid: string;
  /** 30 bits of the uid, to tell uids apart at little cost. */
  readonly uidHash: number;
  readonly name: string;
  readonly namespace: string;
}

export interface OwnerReference {
  readonly kind: string;
  readonly name: string;
  readonly uid: string;
}

/** `array`, as Kubernetes has it; `object`, as the document shows it for ReplicaSets. */
export interface OwnerReferences {
  readonly shape: 'absent' | 'array' | 'object' | 'other';
  /** Of an array its first element, of an object itself. */
  readonly first: OwnerReference | null;
}

export type Labels = ReadonlyMap<string, string>;

interface ReadingBase {
  readonly meta: Meta;
  /** Its row in an inventory that shows it and has nothing to note about it: one object for all inventories. */
  readonly row: InventoryObject;
  /** `kind` of the JSON, "" where absent. */
  readonly jsonKind: string;
  /** Bit i is set where the family's i-th needed field (see needed-fields.ts) is present. */
  readonly fields: number;
  /** Bit i is set where the family's i-th needed field can be expected of this object (a Pending Pod has no address). */
  readonly fieldsApplicable: number;
  /** Order-independent 53-bit digest of the needed content: equal where nothing that DeepFlow needs differs. */
  readonly digest: number;
  /** UTF-16 units of the needed fields as JSON: the size that a trimmed object would have, about. */
  readonly neededSize: number;
}

export interface VersionReading extends ReadingBase {
  readonly kind: 'version';
  readonly gitVersion: string;
}

export interface NodeReading extends ReadingBase {
  readonly kind: 'node';
  /** First address of type InternalIP; null where there is none, "" where it is empty. */
  readonly internalIp: string | null;
  readonly podCidr: string;
  readonly ready: boolean;
}

export interface NamespaceReading extends ReadingBase {
  readonly kind: 'namespace';
  /** The label that crashes a controller when the namespace has a Pod without labels; "" where absent. */
  readonly virtualKubeletLabel: string;
}

export type WorkloadKind =
  | 'Deployment'
  | 'StatefulSet'
  | 'DaemonSet'
  | 'ReplicationController'
  | 'CloneSet'
  | 'OpenGaussCluster';

export interface WorkloadReading extends ReadingBase {
  readonly kind: 'workload';
  readonly workloadKind: WorkloadKind;
  /** `spec.replicas`; 0 where absent. */
  readonly replicas: number;
  readonly labels: Labels;
  readonly templateLabels: Labels;
  /** Port names of the template's containers, to their numbers. */
  readonly namedPorts: ReadonlyMap<string, number>;
}

export interface ReplicaSetReading extends ReadingBase {
  readonly kind: 'replicaset';
  readonly replicas: number;
  readonly owner: OwnerReferences;
  readonly templateLabels: Labels;
  readonly namedPorts: ReadonlyMap<string, number>;
}

export interface PodReading extends ReadingBase {
  readonly kind: 'pod';
  readonly owner: OwnerReferences;
  readonly labels: Labels;
  /** `metadata.labels` is an object, even if an empty one. */
  readonly hasLabels: boolean;
  readonly generateName: string;
  /** The document's snake-case spelling, which Kubernetes never produces. */
  readonly generateNameSnake: string;
  readonly hostIp: string;
  readonly podIp: string;
  readonly ready: boolean;
  /** `status.phase`, only for explanations. */
  readonly phase: string;
  readonly containerIds: readonly string[];
  readonly namedPorts: ReadonlyMap<string, number>;
  /** `status.podNetworks` has an element. */
  readonly hasPodNetworks: boolean;
  /** Its owner is one that is not uploaded itself: the server makes a workload of the reference. */
  readonly bringsWorkload: boolean;
  /**
   * Set by inventories: surroundings in which the Pod was ordinary (see pod-surroundings.ts). Kept here because a set of
   * 100,000 Pods takes longer to ask than the Pods to look at.
   */
  ordinaryIn: PodSurroundings | null;
}

export interface ServicePortReading {
  readonly name: string;
  readonly port: number;
  readonly protocol: string;
  readonly nodePort: number;
  /** A number, a name, or null where absent (servers do not default it to `port`). */
  readonly targetPort: number | string | null;
}

export interface ServiceReading extends ReadingBase {
  readonly kind: 'service';
  /** "" where absent. */
  readonly serviceType: string;
  readonly clusterIp: string;
  readonly selector: Labels;
  readonly ports: readonly ServicePortReading[];
  /** Annotation field.cattle.io/targetWorkloadIds, which stands in for label matching. */
  readonly targetWorkloadIds: string;
}

export interface IngressPathReading {
  readonly path: string;
  readonly serviceName: string;
  /** A number, a port name, or null where absent. */
  readonly servicePort: number | string | null;
}

export interface IngressRuleReading {
  readonly host: string;
  readonly paths: readonly IngressPathReading[];
}

export interface IngressReading extends ReadingBase {
  readonly kind: 'ingress';
  /** `spec.rules`, or null where the object has the form of an OpenShift Route. */
  readonly rules: readonly IngressRuleReading[] | null;
  /** `spec.defaultBackend`, or `spec.backend` as older versions spell it. */
  readonly defaultBackend: IngressPathReading | null;
  /** The Route form: `spec.host`, `spec.to.name`, and `spec.port` as the server reads it. */
  readonly route: RouteReading | null;
}

export interface RouteReading {
  readonly host: string;
  readonly serviceName: string;
  /** `spec.port` is there. */
  readonly hasPort: boolean;
  /** `spec.port` where it is a string, else "" (a real Route has an object there). */
  readonly portName: string;
  /** `spec.targetPort` where it is a number, else 0. */
  readonly targetPort: number;
}

export interface ConfigMapReading extends ReadingBase {
  readonly kind: 'configmap';
}

/** An object of a type that no server reads as a resource. */
export interface OtherReading extends ReadingBase {
  readonly kind: 'other';
}

/** JSON that is not one object: `null`, a number, a string, an array, or a Kubernetes List. */
export interface NotAnObjectReading extends ReadingBase {
  readonly kind: 'not-an-object';
  readonly found: 'null' | 'boolean' | 'number' | 'string' | 'array' | 'list';
  /** Items of the array or List. */
  readonly items: number;
}

export type Reading =
  | VersionReading
  | NodeReading
  | NamespaceReading
  | WorkloadReading
  | ReplicaSetReading
  | PodReading
  | ServiceReading
  | IngressReading
  | ConfigMapReading
  | OtherReading
  | NotAnObjectReading;
