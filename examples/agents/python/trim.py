"""What the server reads of each object, and nothing else: no managedFields, annotations, environment or ConfigMap data,
which it would store; no resourceVersion, which would make every heartbeat a change; no generateName, by which Pods take each
other's identity."""

from __future__ import annotations

import ipaddress

# Type strings by API group and kind. Old and new groups of a kind travel under one string.
TYPES = {
    ("", "Node"): "*v1.Node",
    ("", "Namespace"): "*v1.Namespace",
    ("", "Pod"): "*v1.Pod",
    ("", "ReplicationController"): "*v1.ReplicationController",
    ("", "Service"): "*v1.Service",
    ("", "ConfigMap"): "*v1.ConfigMap",
    ("apps", "Deployment"): "*v1.Deployment",
    ("apps", "StatefulSet"): "*v1.StatefulSet",
    ("apps", "DaemonSet"): "*v1.DaemonSet",
    ("apps", "ReplicaSet"): "*v1.ReplicaSet",
    ("apps.kruise.io", "CloneSet"): "*v1.CloneSet",
    ("apps.kruise.io", "StatefulSet"): "*v1.StatefulSet",
    ("networking.k8s.io", "Ingress"): "ingress",
    ("extensions", "Ingress"): "ingress",
    ("route.openshift.io", "Route"): "ingress",
}


def type_of(item: dict, ingress_type: str) -> str | None:
    """The type string of an object's entry, or None for a kind that DeepFlow does not know."""
    group = str(item.get("apiVersion")).rpartition("/")[0]
    found = TYPES.get((group, item.get("kind")))
    return ingress_type if found == "ingress" else found


def trim(kind: str, item: dict) -> dict:
    return {"apiVersion": item.get("apiVersion"), "kind": item.get("kind"), **TRIMMERS.get(kind, workload)(item)}


def node(item: dict) -> dict:
    status = part(item, "status")
    return {
        "metadata": meta(item, "labels"),
        "spec": pick(part(item, "spec"), "podCIDR"),
        "status": {
            **pick(status, "addresses", "capacity"),
            "conditions": [pick(one, "type", "status", "reason") for one in parts(status, "conditions")],
        },
    }


def pod(item: dict) -> dict:
    spec, status = part(item, "spec"), part(item, "status")
    return {
        "metadata": meta(item, "labels", "ownerReferences", "creationTimestamp"),
        "spec": {**pick(spec, "nodeName"), "containers": containers(spec)},
        "status": {
            # A podIP that is no address takes the controller down.
            **pick(status, "hostIP", *(["podIP"] if is_address(status.get("podIP")) else [])),
            "conditions": [pick(one, "type", "status") for one in parts(status, "conditions")],
            "containerStatuses": [pick(one, "containerID") for one in parts(status, "containerStatuses")],
        },
    }


def replica_set(item: dict) -> dict:
    return {"metadata": meta(item, "labels", "ownerReferences"), "spec": workload_spec(part(item, "spec"))}


def service(item: dict) -> dict:
    # Rancher's own way to say which workloads a Service has.
    annotations = pick(part(part(item, "metadata"), "annotations"), "field.cattle.io/targetWorkloadIds")
    return {
        "metadata": {**meta(item, "labels"), "annotations": annotations},
        "spec": pick(part(item, "spec"), "type", "clusterIP", "selector", "ports"),
        "status": pick(part(item, "status"), "loadBalancer"),
    }


def ingress(item: dict) -> dict:
    spec = part(item, "spec")
    return {
        "metadata": meta(item),
        "spec": pick(spec, "rules", "defaultBackend", "backend", "host", "path", "to", "port"),
    }


def workload(item: dict) -> dict:
    return {"metadata": meta(item, "labels"), "spec": workload_spec(part(item, "spec"))}


TRIMMERS = {
    "*v1.Node": node,
    "*v1.Namespace": lambda item: {"metadata": meta(item)},
    "*v1.Pod": pod,
    "*v1.ReplicaSet": replica_set,
    "*v1.Service": service,
    "*v1.ConfigMap": lambda item: {"metadata": meta(item, "creationTimestamp")},
    "*v1.Ingress": ingress,
    "*v1beta1.Ingress": ingress,
}


def workload_spec(spec: dict) -> dict:
    """By its template's labels and ports a workload is matched with its Services."""
    template = part(spec, "template")
    pod_spec = part(template, "spec")
    volumes = [pick(one, "name", "configMap") for one in parts(pod_spec, "volumes") if "configMap" in one]
    return {
        **pick(spec, "replicas", "selector"),
        "template": {
            "metadata": pick(part(template, "metadata"), "labels"),
            "spec": {**pick(pod_spec, "hostNetwork"), "containers": containers(pod_spec), "volumes": volumes},
        },
    }


def containers(pod_spec: dict) -> list:
    return [pick(one, "name", "ports") for one in parts(pod_spec, "containers")]


def meta(item: dict, *more: str) -> dict:
    return pick(part(item, "metadata"), "uid", "name", "namespace", *more)


def pick(source: dict, *keys: str) -> dict:
    return {key: source[key] for key in keys if key in source}


def part(source: dict, key: str) -> dict:
    value = source.get(key)
    return value if isinstance(value, dict) else {}


def parts(source: dict, key: str) -> list:
    value = source.get(key)
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def is_address(text) -> bool:
    try:
        ipaddress.ip_address(text)
        return isinstance(text, str)
    except ValueError:
        return False
