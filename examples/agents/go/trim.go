package main

import (
	"net/netip"
)

// What the server reads of each object, and nothing else: no managedFields, annotations, environment or ConfigMap data,
// which it would store; no resourceVersion, which would make every heartbeat a change; no generateName, by which Pods take
// each other's identity.

type object = map[string]any

// typeOf answers the type string of an object's entry. Old and new groups of a kind travel under one string.
func typeOf(kind, ingressType string) string {
	if kind == "Ingress" || kind == "Route" {
		return ingressType
	}
	return "*v1." + kind
}

func trim(whole object) object {
	spec, status := part(whole, "spec"), part(whole, "status")
	trimmed := pick(whole, "apiVersion", "kind")
	switch whole["kind"] {
	case "Node":
		trimmed["metadata"] = meta(whole, "labels")
		trimmed["spec"] = pick(spec, "podCIDR")
		trimmed["status"] = with(pick(status, "addresses", "capacity"), object{
			"conditions": each(status, "conditions", "type", "status", "reason"),
		})
	case "Namespace":
		trimmed["metadata"] = meta(whole)
	case "ConfigMap":
		trimmed["metadata"] = meta(whole, "creationTimestamp")
	case "Pod":
		trimmed["metadata"] = meta(whole, "labels", "ownerReferences", "creationTimestamp")
		trimmed["spec"] = with(pick(spec, "nodeName"), object{"containers": each(spec, "containers", "name", "ports")})
		trimmed["status"] = with(pick(status, "hostIP"), addressOf(status), object{
			"conditions":        each(status, "conditions", "type", "status"),
			"containerStatuses": each(status, "containerStatuses", "containerID"),
		})
	case "Service":
		// Rancher's own way to say which workloads a Service has.
		annotations := pick(part(part(whole, "metadata"), "annotations"), "field.cattle.io/targetWorkloadIds")
		trimmed["metadata"] = with(meta(whole, "labels"), object{"annotations": annotations})
		trimmed["spec"] = pick(spec, "type", "clusterIP", "selector", "ports")
		trimmed["status"] = pick(status, "loadBalancer")
	case "Ingress", "Route":
		trimmed["metadata"] = meta(whole)
		trimmed["spec"] = pick(spec, "rules", "defaultBackend", "backend", "host", "path", "to", "port")
	case "ReplicaSet":
		trimmed["metadata"] = meta(whole, "labels", "ownerReferences")
		trimmed["spec"] = workloadSpec(spec)
	default:
		trimmed["metadata"] = meta(whole, "labels")
		trimmed["spec"] = workloadSpec(spec)
	}
	return trimmed
}

// addressOf leaves out a podIP that is no address: it would take the controller down.
func addressOf(status object) object {
	text, _ := status["podIP"].(string)
	if _, err := netip.ParseAddr(text); err != nil {
		return nil
	}
	return object{"podIP": text}
}

// workloadSpec keeps the template's labels and ports, by which a workload is matched with its Services.
func workloadSpec(spec object) object {
	template := part(spec, "template")
	podSpec := part(template, "spec")
	volumes := []any{}
	for _, volume := range each(podSpec, "volumes", "name", "configMap") {
		if _, found := volume.(object)["configMap"]; found {
			volumes = append(volumes, volume)
		}
	}
	return with(pick(spec, "replicas", "selector"), object{"template": object{
		"metadata": pick(part(template, "metadata"), "labels"),
		"spec": with(pick(podSpec, "hostNetwork"), object{
			"containers": each(podSpec, "containers", "name", "ports"),
			"volumes":    volumes,
		}),
	}})
}

func meta(whole object, more ...string) object {
	return pick(part(whole, "metadata"), append([]string{"uid", "name", "namespace"}, more...)...)
}

func pick(from object, keys ...string) object {
	picked := object{}
	for _, key := range keys {
		if value, found := from[key]; found {
			picked[key] = value
		}
	}
	return picked
}

func with(base object, more ...object) object {
	for _, one := range more {
		for key, value := range one {
			base[key] = value
		}
	}
	return base
}

func part(of object, key string) object {
	value, _ := of[key].(object)
	return value
}

func each(of object, key string, keys ...string) []any {
	list, _ := of[key].([]any)
	picked := []any{}
	for _, one := range list {
		if element, fits := one.(object); fits {
			picked = append(picked, pick(element, keys...))
		}
	}
	return picked
}
