package main

import (
	"fmt"
	"net"
	"os"
	"strings"
	"time"

	"google.golang.org/protobuf/proto"
	"sigs.k8s.io/yaml"

	"example.com/pseudo-agent/pb/agent"
)

// watchPolicy says whether this agent may watch the Kubernetes API: if the server says so, always, never.
func (s Settings) watchPolicy() agent.KubernetesWatchPolicy {
	switch {
	case s.AgentID == "none":
		// Watch-only agents are never given an id; normal ones are, and show up in the list of agents.
		return agent.KubernetesWatchPolicy_KWP_WATCH_ONLY
	case !s.AgentSync:
		return agent.KubernetesWatchPolicy_KWP_NORMAL
	}
	switch os.Getenv("K8S_WATCH_POLICY") {
	case "watch-only":
		return agent.KubernetesWatchPolicy_KWP_WATCH_ONLY
	case "watch-disabled":
		return agent.KubernetesWatchPolicy_KWP_WATCH_DISABLED
	}
	return agent.KubernetesWatchPolicy_KWP_NORMAL
}

// manage adds to a Sync what a server needs to know of an agent that it manages (-agent-sync).
func (r *Reporter) manage(request *agent.SyncRequest) {
	request.ProcessName = proto.String("deepflow-agent-pseudo")
	request.VersionPlatformData = proto.Uint64(r.versions[0])
	request.VersionAcls = proto.Uint64(r.versions[1])
	request.VersionGroups = proto.Uint64(r.versions[2])
	request.CurrentGrpcBufferSize = proto.Uint64(64 * mebibyte)
}

// adoptVersions takes over the versions of the data in an answer; 0 says that there is none yet, and what the agent has stays.
func (r *Reporter) adoptVersions(versions [3]uint64) {
	for index, version := range versions {
		if version != 0 {
			r.versions[index] = version
		}
	}
}

// readCommunication says how often the configuration has the agent call Sync, and where; "" to stay.
func readCommunication(groupConfig string) (time.Duration, string) {
	var config struct {
		Global struct {
			Communication struct {
				Interval string `json:"proactive_request_interval"`
				IP       string `json:"proxy_controller_ip"`
				Port     uint32 `json:"proxy_controller_port"`
			} `json:"communication"`
		} `json:"global"`
	}
	if yaml.Unmarshal([]byte(groupConfig), &config) != nil {
		return longestSync, ""
	}
	communication := config.Global.Communication
	interval, err := time.ParseDuration(strings.TrimSpace(communication.Interval))
	if err != nil || interval <= 0 {
		interval = longestSync
	}
	return interval, address(communication.IP, communication.Port)
}

func address(ip string, port uint32) string {
	if ip == "" {
		return ""
	}
	if port == 0 {
		port = 30035
	}
	return net.JoinHostPort(ip, fmt.Sprint(port))
}
