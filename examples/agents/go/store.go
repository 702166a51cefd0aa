package main

import (
	"encoding/json"
	"fmt"
	"sync"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// store takes what a Reflector lists and watches, trimmed at once: the objects themselves are never kept. It implements
// cache.ReflectorStore.
type store struct {
	ingressType string
	kind        string
	changed     func()

	mutex sync.Mutex
	// By uid. The last good set, also while there is an error.
	objects map[string]Resource
	// All objects have been listed at least once.
	listed bool
}

// Resource is one object, trimmed.
type Resource struct {
	// Stays the same while the object lives.
	Key string
	// The type string of its entry, such as *v1.Pod.
	Type string
	JSON string
}

func (s *store) Add(item any) error    { return s.put(item) }
func (s *store) Update(item any) error { return s.put(item) }
func (s *store) Resync() error         { return nil }

func (s *store) Delete(item any) error {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	delete(s.objects, string(item.(*unstructured.Unstructured).GetUID()))
	s.changed()
	return nil
}

// Replace is called once all pages of a list are there.
func (s *store) Replace(items []any, _ string) error {
	objects := make(map[string]Resource, len(items))
	for _, item := range items {
		resource, err := s.resourceOf(item)
		if err != nil {
			return err
		}
		objects[resource.Key] = resource
	}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.objects = objects
	s.listed = true
	s.changed()
	return nil
}

func (s *store) put(item any) error {
	resource, err := s.resourceOf(item)
	if err != nil {
		return err
	}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	// Often only what is not reported has changed.
	if s.objects[resource.Key] != resource {
		s.objects[resource.Key] = resource
		s.changed()
	}
	return nil
}

func (s *store) resourceOf(item any) (Resource, error) {
	whole, fits := item.(*unstructured.Unstructured)
	if !fits || whole.GetUID() == "" {
		return Resource{}, fmt.Errorf("%s: a %T without metadata.uid", s.kind, item)
	}
	text, err := json.Marshal(trim(whole.Object))
	return Resource{Key: string(whole.GetUID()), Type: typeOf(s.kind, s.ingressType), JSON: string(text)}, err
}

// all answers the objects, and false before the first list.
func (s *store) all() ([]Resource, bool) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	resources := make([]Resource, 0, len(s.objects))
	for _, one := range s.objects {
		resources = append(resources, one)
	}
	return resources, s.listed
}
