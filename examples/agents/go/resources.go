package main

import (
	"fmt"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/yaml"
)

// kubeResource is one resource of Kubernetes that is reported.
type kubeResource struct {
	// Plural, as RBAC names it.
	name string
	kind string
	// Where it may be served, the best first.
	groupVersions []schema.GroupVersion
	fieldSelector string
}

func (r kubeResource) key() string {
	return fmt.Sprint(r.name, r.groupVersions, r.fieldSelector)
}

func resource(name, kind string, groupVersions ...string) kubeResource {
	found := kubeResource{name: name, kind: kind}
	for _, text := range groupVersions {
		groupVersion, err := schema.ParseGroupVersion(text)
		if err != nil {
			panic(err)
		}
		found.groupVersions = append(found.groupVersions, groupVersion)
	}
	return found
}

// What DeepFlow collects by default.
func byDefault() []kubeResource {
	return []kubeResource{
		resource("nodes", "Node", "v1"),
		resource("namespaces", "Namespace", "v1"),
		resource("deployments", "Deployment", "apps/v1"),
		resource("statefulsets", "StatefulSet", "apps/v1"),
		resource("daemonsets", "DaemonSet", "apps/v1"),
		resource("replicasets", "ReplicaSet", "apps/v1"),
		resource("replicationcontrollers", "ReplicationController", "v1"),
		resource("services", "Service", "v1"),
		resource("ingresses", "Ingress", "networking.k8s.io/v1", "networking.k8s.io/v1beta1", "extensions/v1beta1"),
		resource("pods", "Pod", "v1"),
	}
}

// Only where the configuration names them.
func onDemand() []kubeResource {
	return []kubeResource{
		resource("configmaps", "ConfigMap", "v1"),
		resource("routes", "Route", "route.openshift.io/v1"),
		resource("clonesets", "CloneSet", "apps.kruise.io/v1alpha1"),
		resource("statefulsets", "StatefulSet", "apps.kruise.io/v1beta1", "apps.kruise.io/v1alpha1"),
	}
}

// listedResource is one element of the list in an agent group's configuration.
type listedResource struct {
	Name             string  `json:"name"`
	Group            *string `json:"group"`
	Version          string  `json:"version"`
	Disabled         bool    `json:"disabled"`
	FieldSelector    string  `json:"field_selector"`
	OldFieldSelector string  `json:"field-selector"`
}

// chosenResources changes the default as the configuration wants it. A name with `disabled` is taken away; any other
// name replaces what the name stands for by default, so that a configuration with the StatefulSets of OpenKruise has to
// list those of Kubernetes too. What is not named stays. The first of the configurations that has such a list counts.
func chosenResources(groupConfigs []string, log logger) []kubeResource {
	var items []listedResource
	for _, config := range groupConfigs {
		if items = listedResources(config, log); items != nil {
			break
		}
	}
	chosen := slices.DeleteFunc(byDefault(), func(one kubeResource) bool {
		return slices.ContainsFunc(items, func(item listedResource) bool { return item.Name == one.name })
	})
	for _, item := range items {
		if item.Disabled {
			continue
		}
		fits := func(one schema.GroupVersion) bool { return item.Group == nil || *item.Group == one.Group }
		known := append(byDefault(), onDemand()...)
		index := slices.IndexFunc(known, func(one kubeResource) bool {
			return one.name == item.Name && slices.ContainsFunc(one.groupVersions, fits)
		})
		if index < 0 {
			log("the configuration names %s, which this agent cannot report", item.Name)
			continue
		}
		found := known[index]
		if item.Version != "" {
			versions := slices.DeleteFunc(slices.Clone(found.groupVersions), func(one schema.GroupVersion) bool {
				return one.Version != item.Version
			})
			if len(versions) > 0 {
				found.groupVersions = versions
			}
		}
		found.fieldSelector = item.FieldSelector + item.OldFieldSelector
		chosen = append(chosen, found)
	}
	return chosen
}

// listedResources reads the list under the key of agents up to v6.5, with or without the section around it, or under
// that of v7; nil where there is none.
func listedResources(groupConfig string, log logger) []listedResource {
	var config struct {
		Inputs struct {
			Resources struct {
				Kubernetes struct {
					APIResources []listedResource `json:"api_resources"`
				} `json:"kubernetes"`
			} `json:"resources"`
		} `json:"inputs"`
		StaticConfig struct {
			Resources []listedResource `json:"kubernetes-resources"`
		} `json:"static_config"`
		Resources []listedResource `json:"kubernetes-resources"`
	}
	if err := yaml.Unmarshal([]byte(groupConfig), &config); err != nil {
		log("the group configuration cannot be read: %s", strings.TrimSpace(err.Error()))
		return nil
	}
	for _, list := range [][]listedResource{
		config.Inputs.Resources.Kubernetes.APIResources,
		config.StaticConfig.Resources,
		config.Resources,
	} {
		if list != nil {
			return list
		}
	}
	return nil
}
