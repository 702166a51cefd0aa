package main

import (
	"net"
	"os"
	"time"

	"google.golang.org/protobuf/proto"

	"example.com/pseudo-agent/pb/agent"
)

// genesis tells by GenesisSync which NICs this host has: all of them with each change, and else a sign of life with the
// same version.
type genesis struct {
	server    *Server
	clusterID string
	version   uint64
	known     *agent.GenesisPlatformData
	// The server has this version's data.
	held bool
}

// send calls GenesisSync once, and answers how long to wait.
func (g *genesis) send(identity Identity, agentID uint32, agentType agent.AgentType, usual time.Duration) (time.Duration, error) {
	hostname, _ := os.Hostname()
	data := &agent.GenesisPlatformData{RawHostname: proto.String(hostname), Interfaces: nics()}
	if !proto.Equal(data, g.known) {
		if g.known != nil {
			g.version++
		}
		g.known, g.held = data, false
	}
	request := &agent.GenesisSyncRequest{
		Version: proto.Uint64(g.version), AgentType: agentType.Enum(), AgentId: proto.Uint32(agentID),
		SourceIp: proto.String(identity.CtrlIP), KubernetesClusterId: proto.String(g.clusterID),
	}
	if !g.held {
		request.PlatformData = data
	}
	// Up to v6.5 there is no such field.
	old := proto.Clone(request)
	request.AgentInfo = &agent.AgentId{Ip: proto.String(identity.CtrlIP), Mac: proto.String(identity.CtrlMAC)}
	var answer agent.GenesisSyncResponse
	if _, err := g.server.call("GenesisSync", callDeadline, messages{request, old}, same(&answer)); err != nil {
		return usual, err
	}
	// Another version asks for everything; 0 may be a server that is not ready.
	g.held = answer.GetVersion() == g.version
	if !g.held && answer.GetVersion() != 0 {
		return min(time.Second, usual), nil
	}
	return usual, nil
}

// nics lists the NICs of this host, with "address/length of mask".
func nics() []*agent.InterfaceInfo {
	var found []*agent.InterfaceInfo
	interfaces, _ := net.Interfaces()
	for _, one := range interfaces {
		var mac uint64
		for _, octet := range one.HardwareAddr {
			mac = mac<<8 | uint64(octet)
		}
		info := &agent.InterfaceInfo{Name: proto.String(one.Name), Mac: proto.Uint64(mac & 0xffff_ffff_ffff)}
		addresses, _ := one.Addrs()
		for _, address := range addresses {
			info.Ip = append(info.Ip, address.String())
		}
		found = append(found, info)
	}
	return found
}
