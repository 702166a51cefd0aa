// Keeps a copy of the pods of a cluster as client-go does it, and prints what happens to the copy: one JSON a line.
package main

import (
	"context"
	"encoding/json"
	"os"
	"os/signal"
	"syscall"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/tools/clientcmd"
)

type line struct {
	Event string `json:"event"`
	Name  string `json:"name,omitempty"`
	UID   string `json:"uid,omitempty"`
	Count int    `json:"count,omitempty"`
	Error string `json:"error,omitempty"`
}

func print(l line) {
	_ = json.NewEncoder(os.Stdout).Encode(l)
}

func fail(err error) {
	print(line{Event: "failed", Error: err.Error()})
	os.Exit(1)
}

func podLine(event string, object any) line {
	if gone, isGone := object.(cache.DeletedFinalStateUnknown); isGone {
		object = gone.Obj
	}
	pod := object.(*corev1.Pod)
	return line{Event: event, Name: pod.Name, UID: string(pod.UID)}
}

func main() {
	config, err := clientcmd.BuildConfigFromFlags("", os.Getenv("KUBECONFIG"))
	if err != nil {
		fail(err)
	}
	// Only writes ask for it: protobuf is what the client would send, and JSON is what the server takes.
	config.ContentType = "application/json"
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		fail(err)
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()

	version, err := client.Discovery().ServerVersion()
	if err != nil {
		fail(err)
	}
	print(line{Event: "version", Name: version.GitVersion})
	_, resources, err := client.Discovery().ServerGroupsAndResources()
	if err != nil {
		fail(err)
	}
	print(line{Event: "discovered", Count: len(resources)})

	made, err := client.CoreV1().ConfigMaps("default").Create(ctx, &corev1.ConfigMap{
		ObjectMeta: metav1.ObjectMeta{Name: "made-by-client-go"},
		Data:       map[string]string{"a": "b"},
	}, metav1.CreateOptions{})
	if err != nil {
		fail(err)
	}
	print(line{Event: "created", Name: made.Name, UID: string(made.UID)})

	factory := informers.NewSharedInformerFactory(client, 0)
	pods := factory.Core().V1().Pods().Informer()
	handler, err := pods.AddEventHandler(cache.ResourceEventHandlerFuncs{
		AddFunc:    func(object any) { print(podLine("added", object)) },
		UpdateFunc: func(_, object any) { print(podLine("updated", object)) },
		DeleteFunc: func(object any) { print(podLine("deleted", object)) },
	})
	if err != nil {
		fail(err)
	}
	factory.Start(ctx.Done())
	// Not the factory's: the copy is complete before its handlers have heard of all of it.
	cache.WaitForCacheSync(ctx.Done(), handler.HasSynced)
	print(line{Event: "synced", Count: len(pods.GetStore().ListKeys())})
	<-ctx.Done()
}
