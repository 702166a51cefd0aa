package main

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/transport"
)

const (
	// At the start a failure is told only if it lasts so long; what is merely slow is waited for.
	patience = 3 * time.Second
	// The streams of the resources run side by side: a Pod may come a moment before the ReplicaSet that it belongs to.
	settled       = 50 * time.Millisecond
	longestUnrest = time.Second
	versionEvery  = time.Minute
)

// Cluster is what Kubernetes holds, as it lists and watches it.
type Cluster struct {
	client      dynamic.Interface
	found       discovery.DiscoveryInterface
	ingressType string
	backoff     wait.Backoff
	log         logger
	// YAML of the agent group. That of the file holds where the server's says nothing of resources.
	fileConfig, sentConfig string

	watchers   map[string]*watcher
	started    time.Time
	lastChange atomic.Int64
	stale      atomic.Bool
	all        []Resource

	versionMutex   sync.Mutex
	version        *Resource
	versionProblem string
}

// NewCluster watches nothing yet.
func NewCluster(config *rest.Config, settings Settings, log logger) (*Cluster, error) {
	config.UserAgent = "pseudo-deepflow-agent"
	// There are a dozen of requests at the start, and hardly any later.
	config.QPS, config.Burst = 50, 100
	if file := config.BearerTokenFile; file != "" {
		// Left alone, a token that was replaced before its time is noticed up to a minute later.
		config.BearerToken, config.BearerTokenFile = "", ""
		config.Wrap(transport.ResettableTokenSourceWrapTransport(transport.NewCachedFileTokenSource(file)))
	}
	client, err := dynamic.NewForConfig(config)
	if err != nil {
		return nil, err
	}
	found, err := discovery.NewDiscoveryClientForConfig(config)
	if err != nil {
		return nil, err
	}
	longest := min(30*time.Second, max(time.Second, 2*settings.Interval))
	return &Cluster{
		client: client, found: found, ingressType: settings.IngressType, fileConfig: settings.GroupConfig, log: log,
		backoff:  wait.Backoff{Duration: 500 * time.Millisecond, Cap: longest, Factor: 2, Steps: 10, Jitter: 0.1},
		watchers: map[string]*watcher{},
	}, nil
}

// Configure takes the YAML of the agent group, as the server sends it with each Sync.
func (c *Cluster) Configure(groupConfig string) {
	if groupConfig == c.sentConfig {
		return
	}
	c.sentConfig = groupConfig
	if !c.started.IsZero() {
		c.apply()
	}
}

// Read answers all objects as they are now, and errors; with errors the objects must not be taken for the truth. The same
// slice as before says that nothing has changed.
func (c *Cluster) Read() ([]Resource, []string) {
	if c.started.IsZero() {
		c.apply()
		go wait.Forever(c.readVersion, versionEvery)
		c.started = time.Now()
	}
	for !c.listed() && (time.Since(c.started) < patience || !c.failing()) {
		time.Sleep(10 * time.Millisecond)
	}
	begin := time.Now()
	for time.Since(time.UnixMilli(c.lastChange.Load())) < settled && time.Since(begin) < longestUnrest {
		time.Sleep(10 * time.Millisecond)
	}

	problems := c.problems()
	if len(problems) == 0 && c.stale.Swap(false) {
		c.versionMutex.Lock()
		all := []Resource{*c.version}
		c.versionMutex.Unlock()
		for _, one := range c.watchers {
			resources, _ := one.all()
			all = append(all, resources...)
		}
		c.all = all
	}
	return c.all, problems
}

func (c *Cluster) listed() bool {
	c.versionMutex.Lock()
	listed := c.version != nil
	c.versionMutex.Unlock()
	for _, one := range c.watchers {
		_, known := one.all()
		listed = listed && known
	}
	return listed
}

func (c *Cluster) failing() bool {
	c.versionMutex.Lock()
	failing := c.versionProblem != ""
	c.versionMutex.Unlock()
	for _, one := range c.watchers {
		failing = failing || one.problem() != ""
	}
	return failing
}

func (c *Cluster) problems() []string {
	var problems []string
	c.versionMutex.Lock()
	if c.version == nil || c.versionProblem != "" {
		problems = append(problems, "version: "+c.versionProblem)
	}
	c.versionMutex.Unlock()
	for _, one := range c.watchers {
		if problem := one.problem(); problem != "" {
			problems = append(problems, problem)
		} else if _, listed := one.all(); !listed {
			problems = append(problems, one.resource.name+": not listed yet")
		}
	}
	slices.Sort(problems)
	return problems
}

// apply starts what the configuration wants watched, and stops what it does not.
func (c *Cluster) apply() {
	chosen := map[string]kubeResource{}
	for _, one := range chosenResources([]string{c.sentConfig, c.fileConfig}, c.log) {
		chosen[one.key()] = one
	}
	for key, one := range c.watchers {
		if _, wanted := chosen[key]; !wanted {
			one.stop()
			delete(c.watchers, key)
			c.changed()
		}
	}
	for key, one := range chosen {
		if c.watchers[key] != nil {
			continue
		}
		ctx, stop := context.WithCancel(context.Background())
		kept := &store{ingressType: c.ingressType, kind: one.kind, changed: c.changed, objects: map[string]Resource{}}
		c.watchers[key] = &watcher{
			store: kept, resource: one, client: c.client, found: c.found, backoff: c.backoff, log: c.log, stop: stop,
		}
		go c.watchers[key].run(ctx)
	}
}

// readVersion asks for what servers show nothing without; it changes when the cluster is upgraded.
func (c *Cluster) readVersion() {
	for {
		info, err := c.found.ServerVersion()
		text, _ := json.Marshal(info)
		c.versionMutex.Lock()
		if err == nil {
			c.versionProblem = ""
			next := Resource{Key: "version", Type: "*version.Info", JSON: string(text)}
			if c.version == nil || *c.version != next {
				c.version = &next
				c.changed()
			}
			c.versionMutex.Unlock()
			return
		}
		c.versionProblem = fmt.Sprint(err)
		c.versionMutex.Unlock()
		time.Sleep(c.backoff.Cap)
	}
}

func (c *Cluster) changed() {
	c.lastChange.Store(time.Now().UnixMilli())
	c.stale.Store(true)
}
