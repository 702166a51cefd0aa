package main

import (
	"fmt"
	"net"
	"strconv"
	"strings"
	"time"

	"google.golang.org/protobuf/proto"
	"sigs.k8s.io/yaml"

	"example.com/pseudo-agent/pb/agent"
	"example.com/pseudo-agent/pb/trident"
)

// Told is what an agent is told by Sync and Push: what it needs of it, of either package.
type Told struct {
	Status agent.Status
	// nil: the answer has no configuration, or one that cannot be read.
	Config      *Config
	ConfigError error
	// 0: not registered, or not yet.
	AgentID   uint32
	AgentType agent.AgentType
	// This agent has to report the cluster.
	Elected bool
	// YAML of the agent group: all of it (v7), or a part (up to v6.5).
	GroupConfig string
	// Of the platform data, acls and groups in this answer; 0: there is none yet.
	Versions [3]uint64
	// The rest is larger than the agent's buffer: it has to take so many bytes. 0: this is all.
	NewBufferSize int
	// To change to; "" for none.
	Revision string
}

// Config is what the configuration says of talking to the server.
type Config struct {
	Sync, Genesis, Escape time.Duration
	// host:port; "" to stay with the configured address.
	Proxy string
	NTP   bool
}

var defaultConfig = Config{Sync: time.Minute, Genesis: 10 * time.Second, Escape: time.Hour}

func readAnswer(answer proto.Message) Told {
	var told Told
	var revision, by string
	switch answer := answer.(type) {
	case *agent.SyncResponse:
		own := answer.GetDynamicConfig()
		told = Told{
			Status: answer.GetStatus(), AgentID: own.GetAgentId(), AgentType: own.GetAgentType(),
			Elected: own.GetKubernetesApiEnabled(), GroupConfig: answer.GetUserConfig(),
			Versions: [3]uint64{answer.GetVersionPlatformData(), answer.GetVersionAcls(), answer.GetVersionGroups()},
		}
		if answer.GetOnlyPartialFields() {
			told.NewBufferSize = int(answer.GetNewGrpcBufferSize())
		}
		if answer.UserConfig != nil {
			told.Config, told.ConfigError = newConfig(answer.GetUserConfig())
		}
		revision, by = answer.GetRevision(), answer.GetSelfUpdateUrl()
	case *trident.SyncResponse:
		own := answer.GetConfig()
		told = Told{
			Status: agent.Status(answer.GetStatus()), AgentID: own.GetVtapId(),
			AgentType: agent.AgentType(own.GetTridentType()), Elected: own.GetKubernetesApiEnabled(),
			GroupConfig: own.GetLocalConfig(),
			Versions:    [3]uint64{answer.GetVersionPlatformData(), answer.GetVersionAcls(), answer.GetVersionGroups()},
		}
		if own != nil {
			told.Config = oldConfig(own)
		}
		revision, by = answer.GetRevision(), answer.GetSelfUpdateUrl()
	}
	if by == "grpc" {
		told.Revision = revision
	}
	return told
}

func newConfig(text string) (*Config, error) {
	var config struct {
		Global struct {
			Communication struct {
				Interval string `json:"proactive_request_interval"`
				Escape   string `json:"max_escape_duration"`
				IP       string `json:"proxy_controller_ip"`
				Port     uint32 `json:"proxy_controller_port"`
			} `json:"communication"`
			NTP struct {
				Enabled bool `json:"enabled"`
			} `json:"ntp"`
		} `json:"global"`
		Inputs struct {
			Resources struct {
				Interval string `json:"push_interval"`
			} `json:"resources"`
		} `json:"inputs"`
	}
	if err := yaml.Unmarshal([]byte(text), &config); err != nil {
		return nil, err
	}
	communication := config.Global.Communication
	return &Config{
		Sync:    duration(communication.Interval, defaultConfig.Sync),
		Genesis: duration(config.Inputs.Resources.Interval, defaultConfig.Genesis),
		Escape:  duration(communication.Escape, defaultConfig.Escape),
		Proxy:   address(communication.IP, communication.Port),
		NTP:     config.Global.NTP.Enabled,
	}, nil
}

func oldConfig(config *trident.Config) *Config {
	return &Config{
		Sync:    time.Duration(config.GetSyncInterval()) * time.Second,
		Genesis: time.Duration(config.GetPlatformSyncInterval()) * time.Second,
		Escape:  time.Duration(config.GetMaxEscapeSeconds()) * time.Second,
		Proxy:   address(config.GetProxyControllerIp(), config.GetProxyControllerPort()),
		NTP:     config.GetNtpEnabled(),
	}
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

// duration reads "60s", "1m", "30d" ...
func duration(text string, otherwise time.Duration) time.Duration {
	text = strings.TrimSpace(text)
	if days, isDays := strings.CutSuffix(text, "d"); isDays {
		if number, err := strconv.ParseFloat(days, 64); err == nil && number > 0 {
			return time.Duration(number * float64(24*time.Hour))
		}
	}
	if value, err := time.ParseDuration(text); err == nil && value > 0 {
		return value
	}
	return otherwise
}
