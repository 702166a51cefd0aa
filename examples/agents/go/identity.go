package main

import (
	"net"
	"os"
	"runtime"
	"syscall"
	"time"

	"google.golang.org/protobuf/proto"

	"example.com/pseudo-agent/pb/agent"
)

// Identity says who this agent is: the address from which it calls, and the machine around it.
type Identity struct {
	// With CtrlMAC, the server's key of an agent.
	CtrlIP, CtrlMAC string
	Host            string
	CPUs            uint32
	MemoryBytes     uint64
}

func identify(server string) Identity {
	identity := Identity{CtrlIP: addressTowards(server), CtrlMAC: "02:00:00:00:00:01", CPUs: uint32(runtime.NumCPU())}
	identity.Host, _ = os.Hostname()
	var info syscall.Sysinfo_t
	if syscall.Sysinfo(&info) == nil {
		identity.MemoryBytes = uint64(info.Totalram) * uint64(info.Unit)
	}
	interfaces, _ := net.Interfaces()
	for _, one := range interfaces {
		if len(one.HardwareAddr) != 6 || one.Flags&net.FlagLoopback != 0 {
			continue
		}
		addresses, _ := one.Addrs()
		own := false
		for _, address := range addresses {
			network, fits := address.(*net.IPNet)
			own = own || fits && network.IP.String() == identity.CtrlIP
		}
		if own || identity.CtrlMAC == "02:00:00:00:00:01" {
			identity.CtrlMAC = one.HardwareAddr.String()
		}
		if own {
			break
		}
	}
	return identity
}

// syncRequest says who the agent is and what it may do.
func (i Identity) syncRequest(settings Settings, bootTime time.Time) *agent.SyncRequest {
	policy := settings.watchPolicy()
	return &agent.SyncRequest{
		BootTime:              proto.Uint32(uint32(bootTime.Unix())),
		State:                 agent.State_RUNNING.Enum(),
		Revision:              proto.String(revision),
		ProcessName:           proto.String("pseudo-deepflow-agent"),
		CtrlIp:                proto.String(i.CtrlIP),
		CtrlMac:               proto.String(i.CtrlMAC),
		Host:                  proto.String(i.Host),
		HostIps:               []string{i.CtrlIP},
		CpuNum:                proto.Uint32(i.CPUs),
		MemorySize:            proto.Uint64(i.MemoryBytes),
		Arch:                  proto.String(runtime.GOARCH),
		Os:                    proto.String(runtime.GOOS),
		KubernetesClusterId:   proto.String(settings.ClusterID),
		KubernetesWatchPolicy: policy.Enum(),
		KubernetesForceWatch:  proto.Bool(policy == agent.KubernetesWatchPolicy_KWP_WATCH_ONLY),
	}
}

// addressTowards answers the local address of a route to this host:port; a UDP socket finds it without sending a packet.
func addressTowards(server string) string {
	probe, err := net.Dial("udp", server)
	if err != nil {
		return "127.0.0.1"
	}
	defer probe.Close()
	return probe.LocalAddr().(*net.UDPAddr).IP.String()
}
