package main

import (
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"google.golang.org/protobuf/proto"

	"example.com/pseudo-agent/pb/agent"
)

const (
	revision = "pseudo-agent 0-0"
	look     = 100 * time.Millisecond
)

// Standing is what the server has made of this agent.
type Standing struct {
	// 0: not registered; a watch-only agent never is.
	AgentID uint32
	// It is to report the cluster.
	Reports     bool
	GroupConfig string
}

// Session lets the server manage the agent, as a deepflow-agent does (-agent-sync): Sync by the interval of the
// configuration, Push held open, what an answer changes, and what to do when nobody answers.
type Session struct {
	settings Settings
	server   *Server
	log      logger
	bootTime time.Time

	// Push and Sync both tell news.
	mutex sync.Mutex
	// nil as long as the server has not answered.
	standing       *Standing
	config         Config
	agentType      agent.AgentType
	configAccepted bool
	// Of the data that the server has sent: platform data, acls, groups.
	versions   [3]uint64
	bufferSize int
	lastGood   time.Time
	syncs      int

	// Of the loop of Sync alone.
	failures        int
	checkedRevision string
}

// NewSession calls nobody yet.
func NewSession(settings Settings, server *Server, log logger) *Session {
	now := time.Now()
	return &Session{
		settings: settings, server: server, log: log, bootTime: now, lastGood: now,
		config: defaultConfig, configAccepted: true, bufferSize: mebibyte,
	}
}

// Start begins to talk to the server, for ever.
func (s *Session) Start() {
	s.server.Move(s.server.Address, s.bufferSize)
	go s.syncForEver()
	go s.pushForEver()
	// A watch-only agent does nothing but watch.
	if s.settings.watchPolicy() != agent.KubernetesWatchPolicy_KWP_WATCH_ONLY {
		go s.genesisForEver()
	}
}

// Standing is nil as long as the server has not answered.
func (s *Session) Standing() *Standing {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return s.standing
}

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

func (s *Session) request() *agent.SyncRequest {
	request := identify(s.server.Address).syncRequest(s.settings, s.bootTime)
	s.mutex.Lock()
	defer s.mutex.Unlock()
	request.ProcessName = proto.String("deepflow-agent-pseudo")
	request.ConfigAccepted = proto.Bool(s.configAccepted)
	request.VersionPlatformData = proto.Uint64(s.versions[0])
	request.VersionAcls = proto.Uint64(s.versions[1])
	request.VersionGroups = proto.Uint64(s.versions[2])
	request.CurrentGrpcBufferSize = proto.Uint64(uint64(s.bufferSize))
	return request
}

// take takes over an answer of Sync, or a message that was pushed; false where it holds nothing.
func (s *Session) take(told Told, pushed bool) bool {
	if told.Status == agent.Status_FAILED {
		s.log("the server answers FAILED")
	}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if told.ConfigError != nil {
		s.configAccepted = false
		s.log("the configuration cannot be read: %s", told.ConfigError)
	}
	if told.Status == agent.Status_HEARTBEAT || told.Config == nil {
		return false
	}
	s.configAccepted, s.lastGood = true, time.Now()
	s.config, s.agentType = *told.Config, told.AgentType
	before := Standing{}
	if s.standing != nil {
		before = *s.standing
	}
	s.standing = &Standing{AgentID: told.AgentID, Reports: s.isReporter(told), GroupConfig: told.GroupConfig}
	if told.AgentID != 0 && told.AgentID != before.AgentID {
		s.log("registered as agent %d", told.AgentID)
	}
	if s.standing.Reports != before.Reports {
		s.log("chosen to report this cluster: %t", s.standing.Reports)
	}
	if told.NewBufferSize > s.bufferSize {
		// The rest comes with the next answer.
		s.bufferSize = told.NewBufferSize
		s.server.Move(s.server.Target(), s.bufferSize)
	} else if told.NewBufferSize == 0 {
		for index, version := range told.Versions {
			// 0 says that there is no data yet, and a message of Push may come late, after a newer answer of Sync: what the
			// agent has stays.
			if version != 0 && (!pushed || version > s.versions[index]) {
				s.versions[index] = version
			}
		}
	}
	return true
}

// isReporter: a watch-only agent reports whatever the server says, and one that never watches does not.
func (s *Session) isReporter(told Told) bool {
	switch s.settings.watchPolicy() {
	case agent.KubernetesWatchPolicy_KWP_WATCH_ONLY:
		return true
	case agent.KubernetesWatchPolicy_KWP_WATCH_DISABLED:
		return false
	}
	return told.Elected && (told.AgentID != 0 || s.syncs >= syncsToWaitForID)
}

func (s *Session) syncOnce() error {
	told, err := s.server.Sync(s.request())
	if err != nil {
		return err
	}
	taken := s.take(told, false)
	s.mutex.Lock()
	s.syncs++
	s.mutex.Unlock()
	if !taken {
		return nil
	}
	if proxy := told.Config.Proxy; proxy != "" && proxy != s.server.Target() {
		s.log("moves to %s, as the configuration says", proxy)
		s.server.Move(proxy, s.buffer())
	}
	identity := identify(s.server.Address)
	if told.Config.NTP {
		s.log("%s", askForTime(s.server, identity))
	}
	if told.Revision != "" && told.Revision != revision && told.Revision != s.checkedRevision {
		if message, err := checkUpgrade(s.server, identity); err != nil {
			s.log("the offered binary is refused: %s", err)
		} else {
			s.log("%s", message)
			s.checkedRevision = told.Revision
		}
	}
	return nil
}

func (s *Session) pause() time.Duration {
	interval := s.settings.Interval
	if s.failures > 0 {
		return min(time.Minute, 5*interval, interval<<min(s.failures-1, 10))
	}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	watchOnly := s.settings.watchPolicy() == agent.KubernetesWatchPolicy_KWP_WATCH_ONLY
	if !watchOnly && s.standing != nil && s.standing.AgentID == 0 && s.syncs < syncsToWaitForID {
		return min(interval, s.config.Sync)
	}
	return s.config.Sync
}

func (s *Session) syncForEver() {
	for {
		started := time.Now()
		if err := s.syncOnce(); err != nil {
			s.failures++
			s.log("Sync failed (%d in a row): %s", s.failures, err)
			// Nobody answers there: back to the address that never changes.
			s.server.Move(s.server.Address, s.buffer())
		} else {
			s.failures = 0
		}
		s.mutex.Lock()
		escape, silent := s.config.Escape, time.Since(s.lastGood)
		s.mutex.Unlock()
		// As a deepflow-agent: whoever started it starts it again.
		if silent > escape {
			fmt.Fprintf(os.Stderr, "no answer for %s: ends\n", escape)
			os.Exit(1)
		}
		// The interval may become another one meanwhile.
		for time.Since(started) < s.pause() {
			time.Sleep(min(look, s.pause()-time.Since(started)))
		}
	}
}

func (s *Session) pushForEver() {
	for {
		// The server pushes to agents that it knows.
		for !s.isKnown() {
			time.Sleep(look)
		}
		pause := min(10*time.Second, 5*s.settings.Interval)
		if s.pushOnce() {
			pause = min(time.Minute, 20*s.settings.Interval)
		}
		time.Sleep(pause)
	}
}

// pushOnce comes back when the stream has ended, and tells whether the server did not want it.
func (s *Session) pushOnce() bool {
	next, err := s.server.Push(s.request())
	failed := false
	for err == nil {
		var told Told
		if told, err = next(); err == nil {
			failed = told.Status == agent.Status_FAILED
			s.take(told, true)
		}
	}
	if err != io.EOF {
		s.log("Push ended: %s", err)
	}
	return failed
}

func (s *Session) genesisForEver() {
	genesis := &genesis{server: s.server, clusterID: s.settings.ClusterID, version: uint64(s.bootTime.Unix())}
	for {
		for s.agentID() == 0 {
			time.Sleep(look)
		}
		s.mutex.Lock()
		agentID, agentType, usual := s.standing.AgentID, s.agentType, s.config.Genesis
		s.mutex.Unlock()
		pause, err := genesis.send(identify(s.server.Address), agentID, agentType, usual)
		if err != nil {
			s.log("GenesisSync failed: %s", err)
		}
		time.Sleep(pause)
	}
}

func (s *Session) isKnown() bool {
	watchOnly := s.settings.watchPolicy() == agent.KubernetesWatchPolicy_KWP_WATCH_ONLY
	return s.agentID() != 0 || watchOnly && s.Standing() != nil
}

func (s *Session) buffer() int {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return s.bufferSize
}

func (s *Session) agentID() uint32 {
	if standing := s.Standing(); standing != nil {
		return standing.AgentID
	}
	return 0
}
