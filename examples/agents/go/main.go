// A pseudo-agent: tells a deepflow-server what a Kubernetes cluster holds, in place of a deepflow-agent that may not talk
// to the Kubernetes API. Here are its options and its clock; then read reporter.go, which keeps the protocol.
//
// Environment: PLUMBLINE_SERVER (host:port, default 127.0.0.1:30035), PLUMBLINE_CLUSTER_ID (required),
// PLUMBLINE_SYNC_INTERVAL (seconds between reports, default 10), PLUMBLINE_GROUP_CONFIG (YAML file of the agent group;
// what the server sends goes first), KUBECONFIG (file; without it the service account of the Pod). With -agent-sync:
// K8S_WATCH_POLICY (watch-only or watch-disabled).
package main

//go:generate go run ./generate

import (
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/signal"
	"strconv"
	"syscall"
	"time"

	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/klog/v2"
)

type logger func(format string, values ...any)

// Settings come from options and environment.
type Settings struct {
	Server      string
	ClusterID   string
	Interval    time.Duration
	AgentID     string
	Sync        bool
	AgentSync   bool
	FullEvery   time.Duration
	Package     string
	IngressType string
	GroupConfig string
}

func (s Settings) borrowedID() uint32 {
	id, _ := strconv.ParseUint(s.AgentID, 10, 16)
	return uint32(id)
}

func log(format string, values ...any) {
	fmt.Fprintf(os.Stderr, time.Now().UTC().Format(time.RFC3339)+" "+format+"\n", values...)
}

func fail(format string, values ...any) {
	fmt.Fprintf(os.Stderr, format+"\n", values...)
	os.Exit(2)
}

func readSettings() Settings {
	settings := Settings{Server: environment("PLUMBLINE_SERVER", "127.0.0.1:30035")}
	flag.StringVar(&settings.AgentID, "agent-id", "auto",
		"auto: register by Sync; none: do as the document says; `NUMBER`: borrow a registered agent's")
	flag.BoolVar(&settings.AgentSync, "agent-sync", false,
		"let the server manage the agent, as a deepflow-agent does: see sync_session.go")
	noSync := flag.Bool("no-sync", false, "without an id: never call Sync (the domain must exist)")
	fullEvery := flag.Float64("full-every", 43200, "without an id: upload everything this often, `seconds`")
	flag.StringVar(&settings.Package, "package", "agent",
		"agent (v7) or trident (up to v6.5): what is tried first. The other one follows where it is not implemented")
	flag.StringVar(&settings.IngressType, "ingress-type", "",
		"default *v1.Ingress; with --agent-id none *v1beta1.Ingress, which the document lists")
	flag.Parse()
	settings.ClusterID = environment("PLUMBLINE_CLUSTER_ID", "")
	if settings.ClusterID == "" {
		fail("PLUMBLINE_CLUSTER_ID is not set.")
	}
	settings.Interval = seconds("PLUMBLINE_SYNC_INTERVAL", environment("PLUMBLINE_SYNC_INTERVAL", "10"))
	settings.FullEvery = seconds("--full-every", fmt.Sprint(*fullEvery))
	settings.Sync = !*noSync
	if settings.AgentID != "auto" && settings.AgentID != "none" && settings.borrowedID() == 0 {
		fail("--agent-id is '%s'; expected auto, none or the number of a registered agent.", settings.AgentID)
	}
	if settings.AgentID == "auto" && *noSync {
		fail("--agent-id auto needs Sync; give --agent-id none with --no-sync.")
	}
	if settings.Package != "agent" && settings.Package != "trident" {
		fail("--package is '%s'; expected agent or trident.", settings.Package)
	}
	if settings.IngressType == "" {
		settings.IngressType = "*v1.Ingress"
		if settings.AgentID == "none" {
			settings.IngressType = "*v1beta1.Ingress"
		}
	}
	if file := os.Getenv("PLUMBLINE_GROUP_CONFIG"); file != "" {
		text, err := os.ReadFile(file)
		if err != nil {
			fail("PLUMBLINE_GROUP_CONFIG: %s", err)
		}
		settings.GroupConfig = string(text)
	}
	return settings
}

func environment(name, otherwise string) string {
	if value := os.Getenv(name); value != "" {
		return value
	}
	return otherwise
}

func seconds(name, text string) time.Duration {
	value, err := strconv.ParseFloat(text, 64)
	if err != nil || value <= 0 || value > 86400 {
		fail("%s is '%s'; expected seconds, more than 0 and at most 86400.", name, text)
	}
	return time.Duration(value * float64(time.Second))
}

// pauseAfter is twice as long after each failure, up to five intervals or a minute; never the same for all agents of a site.
func pauseAfter(failures int, interval time.Duration) time.Duration {
	longest := min(time.Minute, 5*interval)
	pause := min(longest, interval<<min(failures-1, 10))
	return time.Duration(float64(pause) * (0.9 + rand.Float64()*0.2))
}

func main() {
	settings := readSettings()
	// Nothing is worth saving: the next start uploads everything again.
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT)
	go func() {
		<-signals
		os.Exit(0)
	}()
	// What client-go logs of each broken stream is told by error_msg where it matters.
	klog.LogToStderr(false)
	klog.SetOutput(io.Discard)

	server, err := Connect(settings.Server, settings.Package)
	if err != nil {
		fail("PLUMBLINE_SERVER is '%s': %s", settings.Server, err)
	}
	var session *Session
	if settings.AgentSync {
		session = NewSession(settings, server, log)
		session.Start()
		// An agent that was not chosen, or that never watches, asks nothing of the Kubernetes API.
		for standing := session.Standing(); standing == nil || !standing.Reports; standing = session.Standing() {
			time.Sleep(look)
		}
	}

	config, err := clientcmd.BuildConfigFromFlags("", os.Getenv("KUBECONFIG"))
	if err != nil {
		fail("The Kubernetes API cannot be reached: %s", err)
	}
	cluster, err := NewCluster(config, settings, log)
	if err != nil {
		fail("The Kubernetes API cannot be reached: %s", err)
	}
	reporter := NewReporter(settings, cluster, server, session, log)
	failures := 0
	// One cycle after the other: calls never overlap.
	for {
		started := time.Now()
		if err := reporter.Cycle(); err != nil {
			failures++
			log("report failed (%d in a row): %s", failures, err)
			time.Sleep(pauseAfter(failures, settings.Interval))
			continue
		}
		failures = 0
		time.Sleep(settings.Interval - time.Since(started))
	}
}
