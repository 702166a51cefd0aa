package main

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"strings"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	"example.com/pseudo-agent/pb/agent"
)

const (
	longestSync = time.Minute
	// A new agent usually has its id after the second Sync.
	syncsToWaitForID = 3
)

type entry struct {
	Resource
	compressed []byte
}

// Reporter keeps the protocol: what to send when. The rules, which the server enforces by silence:
//   - same version, same content: a message whose version the server holds has its entries ignored;
//   - a new version without entries is dropped, error_msg and all;
//   - what an upload lacks is deleted, unless error_msg says that the upload is not to be trusted;
//   - without an agent id real servers answer no version, and drop messages without entries.
type Reporter struct {
	settings Settings
	cluster  *Cluster
	server   *Server
	// With -agent-sync: what the server has made of this agent.
	session *Session
	log     logger

	bootTime time.Time
	agentID  uint32
	syncs    int
	nextSync time.Time
	// Another agent has been chosen to report this cluster.
	resting bool

	// Unix seconds at the start, then one more for each change of content.
	version uint64
	entries map[string]entry
	read    []Resource
	// The server may lack this version's entries.
	uploadDue bool
	// The last answer said which version the server holds: what it lacks it will ask for.
	answersVersion bool
	lastUpload     time.Time
	lastError      string
	// The last version whose entries the server took; 0 before the first.
	accepted uint64
	// Of an upload that the server refuses for its size: what to tell, when to try again, how often it was tried.
	refused      string
	refusedUntil time.Time
	refusals     int
}

// NewReporter reports what the session allows; without one it registers by itself.
func NewReporter(settings Settings, cluster *Cluster, server *Server, session *Session, log logger) *Reporter {
	now := time.Now()
	return &Reporter{
		settings: settings, cluster: cluster, server: server, session: session, log: log,
		bootTime: now, version: uint64(now.Unix()), uploadDue: true, agentID: settings.borrowedID(),
	}
}

// Cycle registers where due, then reports once. It fails where the server could not be reached or refused.
func (r *Reporter) Cycle() error {
	if r.session != nil {
		standing := r.session.Standing()
		if standing == nil || !standing.Reports {
			return nil
		}
		r.agentID = standing.AgentID
		r.cluster.Configure(standing.GroupConfig)
	} else {
		if err := r.syncWhenDue(); err != nil {
			return err
		}
		// Two reporters overwrite each other. One that borrows an id is not the agent that was chosen, and never will be.
		if r.settings.AgentID == "auto" && (r.resting || r.agentID == 0 && r.syncs < syncsToWaitForID) {
			return nil
		}
	}
	resources, problems := r.cluster.Read()
	if len(problems) == 0 {
		r.adopt(resources)
	}
	errorMsg := strings.Join(problems, "; ")
	if errorMsg != "" && errorMsg != r.lastError {
		r.log("reporting an error: %s", errorMsg)
	}
	err := r.report(errorMsg)
	if err != nil && !r.answersVersion {
		// Nothing else would tell that the server has restarted and forgotten.
		r.uploadDue = true
	}
	return err
}

func (r *Reporter) syncWhenDue() error {
	if !r.settings.Sync || time.Now().Before(r.nextSync) {
		return nil
	}
	answer, err := r.server.Sync(identify(r.server.Address).syncRequest(r.settings, r.bootTime))
	if status.Code(err) == codes.Unavailable {
		return err
	}
	r.syncs++
	if err != nil {
		// Any other failure of Sync need not keep the report from the server.
		r.log("Sync failed: %s", err)
	} else {
		if r.settings.AgentID == "auto" && answer.AgentID != 0 && answer.AgentID != r.agentID {
			r.agentID = answer.AgentID
			r.log("registered as agent %d", r.agentID)
		}
		if r.resting == answer.Elected {
			r.resting = !answer.Elected
			r.log("chosen to report this cluster: %t", answer.Elected)
		}
		r.cluster.Configure(answer.GroupConfig)
	}
	if r.agentID != 0 || r.settings.AgentID != "auto" {
		r.nextSync = time.Now().Add(min(longestSync, 10*r.settings.Interval))
	}
	return nil
}

// adopt takes what was read as the content to report, and moves the version where it differs.
func (r *Reporter) adopt(resources []Resource) {
	if r.read != nil && len(resources) == len(r.read) && &resources[0] == &r.read[0] {
		return
	}
	r.read = resources
	changed := r.entries == nil || len(resources) != len(r.entries)
	entries := make(map[string]entry, len(resources))
	for _, one := range resources {
		known, found := r.entries[one.Key]
		if !found || known.Resource != one {
			changed = true
			known = entry{Resource: one, compressed: compress(one.JSON)}
		}
		entries[one.Key] = known
	}
	if !changed {
		return
	}
	if r.entries != nil {
		r.version++
	}
	r.entries = entries
	r.uploadDue = true
}

func (r *Reporter) report(errorMsg string) error {
	now := time.Now()
	if r.refused != "" && now.Before(r.refusedUntil) {
		held := r.accepted
		if held == 0 {
			held = r.version
		}
		_, err := r.send(false, r.refused, held)
		return err
	}
	// An error is told together with the last good content. To a server that answers no version only entries carry
	// anything: also the news that the error is over, and a sign of life within a day.
	due := r.uploadDue || errorMsg != ""
	if !r.answersVersion {
		due = due || r.lastError != "" || now.Sub(r.lastUpload) >= r.settings.FullEvery
	}
	if r.entries != nil && due {
		return r.upload(errorMsg)
	}
	held, err := r.send(false, errorMsg, r.version)
	if err != nil {
		return err
	}
	r.lastError = errorMsg
	// Unset says nothing; any other version, 0 too, asks for everything.
	if r.entries != nil && held != nil && *held != r.version {
		r.log("the server holds version %d, not %d", *held, r.version)
		return r.upload(errorMsg)
	}
	return nil
}

func (r *Reporter) upload(errorMsg string) error {
	if _, err := r.send(true, errorMsg, r.version); err != nil {
		r.uploadDue = true
		if status.Code(err) != codes.ResourceExhausted {
			return err
		}
		// The same bytes would fail again: wait long, and longer each time.
		pause := min(time.Hour, 10*r.settings.Interval<<min(r.refusals, 10))
		r.refusals++
		r.refused = fmt.Sprintf("the server refuses an upload of %d objects: %s", len(r.entries), err)
		r.refusedUntil = time.Now().Add(pause)
		r.log("%s; next try in %s", r.refused, pause)
		return nil
	}
	if r.uploadDue || r.version != r.accepted {
		r.log("uploaded version %d: %d objects", r.version, len(r.entries))
	}
	r.uploadDue = false
	r.refused, r.refusals = "", 0
	r.accepted = r.version
	r.lastUpload = time.Now()
	r.lastError = errorMsg
	return nil
}

func (r *Reporter) send(withEntries bool, errorMsg string, version uint64) (*uint64, error) {
	request := &agent.KubernetesAPISyncRequest{
		ClusterId: proto.String(r.settings.ClusterID),
		Version:   proto.Uint64(version),
		ErrorMsg:  proto.String(errorMsg),
		SourceIp:  proto.String(addressTowards(r.server.Address)),
	}
	if r.agentID != 0 {
		request.AgentId = proto.Uint32(r.agentID)
	}
	if withEntries {
		for _, one := range r.entries {
			request.Entries = append(request.Entries, &agent.KubernetesAPIInfo{
				Type: proto.String(one.Type), CompressedInfo: one.compressed,
			})
		}
	}
	held, err := r.server.Report(request)
	if err == nil {
		r.answersVersion = held != nil
	}
	return held, err
}

func compress(text string) []byte {
	var buffer bytes.Buffer
	writer := zlib.NewWriter(&buffer)
	_, _ = writer.Write([]byte(text))
	_ = writer.Close()
	return buffer.Bytes()
}
