package main

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"google.golang.org/protobuf/proto"

	"example.com/pseudo-agent/pb/agent"
)

// Of an NTP packet (RFC 5905): where the times stand, in bytes, and the modes.
const (
	originate, receive, transmit = 24, 32, 40
	packetLength                 = 48
	client, server               = 3, 4
	secondsFrom1900To1970        = 2_208_988_800
)

// askForTime asks by Query how far the clocks are apart, and says so. Without an answer the own clock has to do.
func askForTime(to *Server, identity Identity) string {
	sent := time.Now()
	question := make([]byte, packetLength)
	question[0] = 4<<3 | client // version 4
	binary.BigEndian.PutUint32(question[transmit:], uint32(sent.Unix()+secondsFrom1900To1970))
	binary.BigEndian.PutUint32(question[transmit+4:], uint32(uint64(sent.Nanosecond())<<32/1e9))
	var answer agent.NtpResponse
	request := &agent.NtpRequest{CtrlIp: proto.String(identity.CtrlIP), Request: question}
	_, err := to.call("Query", callDeadline, same(request), same(&answer))
	if err == nil {
		var ahead time.Duration
		if ahead, err = clockOffset(question, answer.GetResponse(), sent); err == nil {
			return fmt.Sprintf("the server's clock is %d ms ahead", ahead.Milliseconds())
		}
	}
	return fmt.Sprintf("no time from the server: %s", err)
}

// clockOffset fails where the answer is not one to this question.
func clockOffset(question, answer []byte, sent time.Time) (time.Duration, error) {
	switch {
	case len(answer) < packetLength:
		return 0, fmt.Errorf("an answer of %d bytes", len(answer))
	case answer[0]&7 != server:
		return 0, errors.New("the answer is not that of a server")
	case !bytes.Equal(answer[originate:receive], question[transmit:]):
		return 0, errors.New("an answer to another question")
	case binary.BigEndian.Uint64(answer[transmit:]) == 0:
		return 0, errors.New("the answer carries no time")
	}
	came, left := timeAt(answer[receive:]), timeAt(answer[transmit:])
	if came.After(left) {
		return 0, errors.New("the answer was sent before the question came")
	}
	return (came.Sub(sent) + time.Until(left)) / 2, nil
}

func timeAt(packet []byte) time.Time {
	whole := int64(binary.BigEndian.Uint32(packet)) - secondsFrom1900To1970
	part := uint64(binary.BigEndian.Uint32(packet[4:])) * 1e9 >> 32
	return time.Unix(whole, int64(part))
}
