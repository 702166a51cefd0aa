package main

import (
	"context"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"

	"example.com/pseudo-agent/pb/agent"
	"example.com/pseudo-agent/pb/trident"
)

const (
	mebibyte = 1024 * 1024
	// A Sync is small; an upload may have 100 MiB.
	syncDeadline   = 10 * time.Second
	reportDeadline = 30 * time.Second
)

// SyncAnswer is what an agent needs of the answer to Sync.
type SyncAnswer struct {
	// 0: not registered, or not yet.
	AgentID uint32
	// This agent has to report the cluster.
	Elected bool
	// YAML of the agent group: all of it (v7), or a part (up to v6.5).
	GroupConfig string
	// How often to call Sync, and where, by the configuration; "": stay.
	Interval time.Duration
	Proxy    string
	// Of platform data, acls and groups; 0: there is none yet.
	Versions [3]uint64
}

// Server makes the two calls, in the package that the server speaks: servers from v7 know `agent`, servers up to v6.5
// `trident`, those between both. The bytes of what is sent are the same in both.
type Server struct {
	// The configured one, and where calls go to at the moment.
	Address, target string
	trident         bool
	conn            *grpc.ClientConn
}

// Connect does not wait for the server. The package that is named is tried first.
func Connect(address, firstPackage string) (*Server, error) {
	server := &Server{Address: address, target: address, trident: firstPackage == "trident"}
	return server, server.open()
}

func (s *Server) open() (err error) {
	s.conn, err = grpc.NewClient(s.target,
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithDefaultCallOptions(grpc.MaxCallSendMsgSize(100*mebibyte), grpc.MaxCallRecvMsgSize(64*mebibyte)),
		// Left alone, a channel waits up to two minutes before it looks for a server that was away.
		grpc.WithConnectParams(grpc.ConnectParams{
			Backoff:           backoff.Config{BaseDelay: 100 * time.Millisecond, Multiplier: 1.6, Jitter: 0.2, MaxDelay: time.Second},
			MinConnectTimeout: 5 * time.Second,
		}))
	return err
}

// Move has calls go to another address from now on.
func (s *Server) Move(target string) {
	if target == s.target {
		return
	}
	s.conn.Close()
	s.target = target
	// An address that is none shows with the next call.
	_ = s.open()
}

// Sync registers the agent, and asks for what it has to do.
func (s *Server) Sync(request *agent.SyncRequest) (SyncAnswer, error) {
	var answer agent.SyncResponse
	var old trident.SyncResponse
	spoken, err := s.call("Sync", syncDeadline, request, &answer, &old)
	if err != nil {
		return SyncAnswer{}, err
	}
	if spoken {
		config := old.GetConfig()
		return SyncAnswer{
			AgentID: config.GetVtapId(), Elected: config.GetKubernetesApiEnabled(), GroupConfig: config.GetLocalConfig(),
			Interval: time.Duration(config.GetSyncInterval()) * time.Second,
			Proxy:    address(config.GetProxyControllerIp(), config.GetProxyControllerPort()),
			Versions: [3]uint64{old.GetVersionPlatformData(), old.GetVersionAcls(), old.GetVersionGroups()},
		}, nil
	}
	config := answer.GetDynamicConfig()
	interval, proxy := readCommunication(answer.GetUserConfig())
	return SyncAnswer{
		AgentID: config.GetAgentId(), Elected: config.GetKubernetesApiEnabled(), GroupConfig: answer.GetUserConfig(),
		Interval: interval, Proxy: proxy,
		Versions: [3]uint64{answer.GetVersionPlatformData(), answer.GetVersionAcls(), answer.GetVersionGroups()},
	}, nil
}

// Report answers the version that the server holds; nil where it does not say, which is not the same as 0.
func (s *Server) Report(request *agent.KubernetesAPISyncRequest) (*uint64, error) {
	var answer agent.KubernetesAPISyncResponse
	_, err := s.call("KubernetesAPISync", reportDeadline, request, &answer, &answer)
	return answer.Version, err
}

// call tells whether the answer is the one of `trident`.
func (s *Server) call(method string, deadline time.Duration, request, answer, old proto.Message) (bool, error) {
	err := s.callIn(s.trident, method, deadline, request, answer, old)
	if status.Code(err) == codes.DeadlineExceeded {
		// The connection may be dead without a sign of it; the next call gets a new one.
		s.conn.Close()
		if err := s.open(); err != nil {
			return false, err
		}
	}
	if status.Code(err) != codes.Unimplemented {
		return s.trident, err
	}
	if err := s.callIn(!s.trident, method, deadline, request, answer, old); err != nil {
		return false, err
	}
	s.trident = !s.trident
	return s.trident, nil
}

func (s *Server) callIn(inTrident bool, method string, deadline time.Duration, request, answer, old proto.Message) error {
	ctx, done := context.WithTimeout(context.Background(), deadline)
	defer done()
	if inTrident {
		return s.conn.Invoke(ctx, "/trident.Synchronizer/"+method, request, old)
	}
	return s.conn.Invoke(ctx, "/agent.Synchronizer/"+method, request, answer)
}
