"""Which resources of Kubernetes are reported: those that DeepFlow collects by default, as its group configuration changes them."""

from __future__ import annotations

from typing import Callable, NamedTuple

import yaml


class KubeResource(NamedTuple):
    # Plural, as RBAC names it.
    name: str
    kind: str
    # Where it may be served, the best first: "v1", "apps/v1".
    group_versions: tuple[str, ...]
    field_selector: str = ""


KNOWN = (
    KubeResource("nodes", "Node", ("v1",)),
    KubeResource("namespaces", "Namespace", ("v1",)),
    KubeResource("deployments", "Deployment", ("apps/v1",)),
    KubeResource("statefulsets", "StatefulSet", ("apps/v1",)),
    KubeResource("daemonsets", "DaemonSet", ("apps/v1",)),
    KubeResource("replicasets", "ReplicaSet", ("apps/v1",)),
    KubeResource("replicationcontrollers", "ReplicationController", ("v1",)),
    KubeResource("services", "Service", ("v1",)),
    KubeResource("ingresses", "Ingress", ("networking.k8s.io/v1", "networking.k8s.io/v1beta1", "extensions/v1beta1")),
    KubeResource("pods", "Pod", ("v1",)),
)
# Only where the configuration names them.
ON_DEMAND = (
    KubeResource("configmaps", "ConfigMap", ("v1",)),
    KubeResource("routes", "Route", ("route.openshift.io/v1",)),
    KubeResource("clonesets", "CloneSet", ("apps.kruise.io/v1alpha1",)),
    KubeResource("statefulsets", "StatefulSet", ("apps.kruise.io/v1beta1", "apps.kruise.io/v1alpha1")),
)


def group_of(group_version: str) -> str:
    """ "" for the core group."""
    return group_version.partition("/")[0] if "/" in group_version else ""


def chosen_resources(group_configs: list[str], log: Callable[[str], None]) -> list[KubeResource]:
    """A name with `disabled` is taken away; any other name replaces what the name stands for by default, so that a
    configuration with the StatefulSets of OpenKruise has to list those of Kubernetes too. What is not named stays.
    The first of the configurations (YAML) that has such a list counts."""
    lists = (listed_resources(config, log) for config in group_configs)
    items = next((one for one in lists if one is not None), [])
    named = {item.get("name") for item in items}
    chosen = [one for one in KNOWN if one.name not in named]
    for item in items:
        if item.get("disabled") is True:
            continue
        name, group, version = item.get("name"), item.get("group"), item.get("version")

        def fits(group_version: str) -> bool:
            return group is None or group_of(group_version) == group

        found = next((one for one in KNOWN + ON_DEMAND if one.name == name and any(map(fits, one.group_versions))), None)
        if found is None:
            log(f"the configuration names {name} {group or ''}, which this agent cannot report")
            continue
        wanted = [one for one in found.group_versions if fits(one) and version in (None, one.rpartition("/")[2])]
        selector = item.get("field_selector") or item.get("field-selector") or ""
        chosen.append(found._replace(group_versions=tuple(wanted) or found.group_versions, field_selector=selector))
    return chosen


def listed_resources(group_config: str, log: Callable[[str], None]) -> list[dict] | None:
    """Under the key of agents up to v6.5, with or without the section around it, or under that of v7."""
    try:
        config = yaml.safe_load(group_config)
    except yaml.YAMLError as error:
        log(f"the group configuration is not YAML: {error}")
        return None
    for path in (
        ("inputs", "resources", "kubernetes", "api_resources"),
        ("static_config", "kubernetes-resources"),
        ("kubernetes-resources",),
    ):
        found = config
        for key in path:
            found = found.get(key) if isinstance(found, dict) else None
        if isinstance(found, list):
            return [item for item in found if isinstance(item, dict)]
    return None
