package main

import (
	"context"
	"sync"
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
	mebibyte      = 1024 * 1024
	largestAnswer = 64 * mebibyte
	// Most calls are small; an upload may have 100 MiB.
	callDeadline   = 10 * time.Second
	reportDeadline = 30 * time.Second
)

// Of the packages: servers from v7 know `agent`, servers up to v6.5 `trident`, those between both.
const (
	inAgent = iota
	inTrident
)

var services = [2]string{"/agent.Synchronizer/", "/trident.Synchronizer/"}

// messages are the same thing in each package. The bytes are the same, too, but for what is numbered otherwise.
type messages [2]proto.Message

func same(message proto.Message) messages {
	return messages{message, message}
}

// Server makes the calls, in the package that the server speaks. Several goroutines may call.
type Server struct {
	// The configured one.
	Address string

	mutex sync.Mutex
	// Where calls go to at the moment.
	target string
	// The package that is tried first, and from then on what the server has answered.
	spoken int
	// Of an answer, bytes.
	largest int
	conn    *grpc.ClientConn
}

// Connect does not wait for the server. The package that is named is tried first.
func Connect(address, firstPackage string) (*Server, error) {
	server := &Server{Address: address, target: address, largest: largestAnswer}
	if firstPackage == "trident" {
		server.spoken = inTrident
	}
	var err error
	server.conn, err = open(address, largestAnswer)
	return server, err
}

func open(target string, largest int) (*grpc.ClientConn, error) {
	return grpc.NewClient(target,
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithDefaultCallOptions(grpc.MaxCallSendMsgSize(100*mebibyte), grpc.MaxCallRecvMsgSize(largest)),
		// Left alone, a channel waits up to two minutes before it looks for a server that was away.
		grpc.WithConnectParams(grpc.ConnectParams{
			Backoff:           backoff.Config{BaseDelay: 100 * time.Millisecond, Multiplier: 1.6, Jitter: 0.2, MaxDelay: time.Second},
			MinConnectTimeout: 5 * time.Second,
		}))
}

// Target answers where calls go to at the moment.
func (s *Server) Target() string {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return s.target
}

// Move has calls go to another address from now on, and streams end. An address that is none is not moved to.
func (s *Server) Move(target string, largest int) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if target == s.target && largest == s.largest {
		return
	}
	if conn, err := open(target, largest); err == nil {
		s.conn.Close()
		s.conn, s.target, s.largest = conn, target, largest
	}
}

// renew gives up a connection that may be dead without a sign of it.
func (s *Server) renew(old *grpc.ClientConn) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.conn != old {
		return
	}
	if conn, err := open(s.target, s.largest); err == nil {
		old.Close()
		s.conn = conn
	}
}

func (s *Server) now() (*grpc.ClientConn, int) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return s.conn, s.spoken
}

// Sync registers the agent, and asks for what it has to do.
func (s *Server) Sync(request *agent.SyncRequest) (Told, error) {
	answers := messages{&agent.SyncResponse{}, &trident.SyncResponse{}}
	spoken, err := s.call("Sync", callDeadline, syncRequests(request), answers)
	if err != nil {
		return Told{}, err
	}
	return readAnswer(answers[spoken]), nil
}

// Push answers what waits for the next message of the stream.
func (s *Server) Push(request *agent.SyncRequest) (func() (Told, error), error) {
	receive, spoken, err := s.stream("Push", syncRequests(request))
	return func() (Told, error) {
		answers := messages{&agent.SyncResponse{}, &trident.SyncResponse{}}
		if err := receive(answers[spoken]); err != nil {
			return Told{}, err
		}
		return readAnswer(answers[spoken]), nil
	}, err
}

// syncRequests leaves out of the old message what has the number of something else there.
func syncRequests(request *agent.SyncRequest) messages {
	old := proto.Clone(request).(*agent.SyncRequest)
	old.CurrentGrpcBufferSize = nil
	return messages{request, old}
}

// Report answers the version that the server holds; nil where it does not say, which is not the same as 0.
func (s *Server) Report(request *agent.KubernetesAPISyncRequest) (*uint64, error) {
	var answer agent.KubernetesAPISyncResponse
	_, err := s.call("KubernetesAPISync", reportDeadline, same(request), same(&answer))
	return answer.Version, err
}

// call makes a unary call, and tells which of the answers came.
func (s *Server) call(method string, deadline time.Duration, requests, answers messages) (int, error) {
	conn, spoken := s.now()
	invoke := func(conn *grpc.ClientConn, name int) error {
		ctx, done := context.WithTimeout(context.Background(), deadline)
		defer done()
		return conn.Invoke(ctx, services[name]+method, requests[name], answers[name])
	}
	err := invoke(conn, spoken)
	if status.Code(err) == codes.DeadlineExceeded {
		s.renew(conn)
	}
	if status.Code(err) != codes.Unimplemented {
		return spoken, err
	}
	if err := invoke(conn, 1-spoken); err != nil {
		return 0, err
	}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.spoken = 1 - spoken
	return s.spoken, nil
}

// stream opens a stream of answers, in the package that is spoken.
func (s *Server) stream(method string, requests messages) (func(answer proto.Message) error, int, error) {
	conn, spoken := s.now()
	stream, err := conn.NewStream(context.Background(), &grpc.StreamDesc{ServerStreams: true}, services[spoken]+method)
	if err == nil {
		err = stream.SendMsg(requests[spoken])
	}
	if err == nil {
		err = stream.CloseSend()
	}
	return func(answer proto.Message) error { return stream.RecvMsg(answer) }, spoken, err
}
