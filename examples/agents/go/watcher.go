package main

import (
	"context"
	"fmt"
	"sync"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/tools/cache"
)

// watcher keeps one resource up to date by a Reflector of client-go, which lists, watches, and begins anew where it must.
// What a Reflector does not tell is whether all is well at the moment; so its calls go through the watcher.
type watcher struct {
	*store
	resource kubeResource
	client   dynamic.Interface
	found    discovery.DiscoveryInterface
	backoff  wait.Backoff
	log      logger
	stop     context.CancelFunc

	served dynamic.ResourceInterface
	mutex  sync.Mutex
	err    error
}

func (w *watcher) run(ctx context.Context) {
	wait.UntilWithContext(ctx, func(ctx context.Context) {
		groupVersion, err := w.locate()
		w.note(err)
		if err != nil {
			return
		}
		w.served = w.client.Resource(groupVersion.WithResource(w.resource.name))
		backoff := w.backoff
		options := cache.ReflectorOptions{Name: w.resource.name, Backoff: &backoff}
		cache.NewReflectorWithOptions(w, &unstructured.Unstructured{}, w.store, options).RunWithContext(ctx)
	}, w.backoff.Cap)
}

// locate finds the version in which the cluster serves the resource; waits for as long as there is none.
func (w *watcher) locate() (schema.GroupVersion, error) {
	for tries := 0; ; tries++ {
		for _, candidate := range w.resource.groupVersions {
			list, err := w.found.ServerResourcesForGroupVersion(candidate.String())
			if err != nil && !apierrors.IsNotFound(err) {
				return candidate, err
			}
			if err != nil {
				continue
			}
			for _, one := range list.APIResources {
				if one.Name == w.resource.name {
					return candidate, nil
				}
			}
		}
		if tries == 0 {
			w.log("the cluster does not serve %s in %v", w.resource.name, w.resource.groupVersions)
		}
		_ = w.store.Replace(nil, "")
		w.note(nil)
		time.Sleep(time.Minute)
	}
}

// ListWithContext is one page of a list, for the Reflector.
func (w *watcher) ListWithContext(ctx context.Context, options metav1.ListOptions) (runtime.Object, error) {
	options.FieldSelector = w.resource.fieldSelector
	list, err := w.served.List(ctx, options)
	if apierrors.IsResourceExpired(err) {
		// Of the continue token: the Reflector lists from the start by itself.
		return list, err
	}
	if err != nil {
		w.note(err)
	}
	return list, err
}

// WatchWithContext opens a watch, for the Reflector. Only then is an error over: the list alone would soon be old.
func (w *watcher) WatchWithContext(ctx context.Context, options metav1.ListOptions) (watch.Interface, error) {
	options.FieldSelector = w.resource.fieldSelector
	stream, err := w.served.Watch(ctx, options)
	if !apierrors.IsResourceExpired(err) && !apierrors.IsGone(err) {
		w.note(err)
	}
	return stream, err
}

// IsWatchListSemanticsUnSupported keeps the Reflector from lists by way of a watch, whose failure would look like that
// of a watch although a plain list follows.
func (w *watcher) IsWatchListSemanticsUnSupported() bool { return true }

// List and Watch make it a cache.ListerWatcher; the Reflector calls those with a context.
func (w *watcher) List(options metav1.ListOptions) (runtime.Object, error) {
	return w.ListWithContext(context.Background(), options)
}

func (w *watcher) Watch(options metav1.ListOptions) (watch.Interface, error) {
	return w.WatchWithContext(context.Background(), options)
}

func (w *watcher) note(err error) {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	w.err = err
}

// problem answers why the resource cannot be listed or watched at the moment, or "".
func (w *watcher) problem() string {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	if w.err == nil {
		return ""
	}
	return fmt.Sprintf("%s: %s", w.resource.name, w.err)
}
