package main

import (
	"crypto/md5"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"

	"google.golang.org/protobuf/proto"

	"example.com/pseudo-agent/pb/agent"
	"example.com/pseudo-agent/pb/trident"
)

// checkUpgrade fetches the binary that Sync offers, and says whether it is what was announced. It installs nothing. An
// error is worth another try.
func checkUpgrade(server *Server, identity Identity) (string, error) {
	ip, mac := proto.String(identity.CtrlIP), proto.String(identity.CtrlMAC)
	next, _, err := server.stream("Upgrade", messages{
		&agent.UpgradeRequest{CtrlIp: ip, CtrlMac: mac},
		&trident.UpgradeRequest{CtrlIp: ip, CtrlMac: mac},
	})
	if err != nil {
		return "", err
	}
	digest := md5.New()
	var length, total uint64
	var announced string
	for {
		// The same bytes in both packages.
		var packet agent.UpgradeResponse
		if err := next(&packet); err == io.EOF {
			break
		} else if err != nil {
			return "", err
		}
		if packet.GetStatus() == agent.Status_FAILED {
			return "", errors.New("the server answers FAILED")
		}
		if image := packet.GetK8SImage(); image != "" {
			return fmt.Sprintf("offered the image %s; its DaemonSet is not this agent's to change", image), nil
		}
		digest.Write(packet.GetContent())
		length += uint64(len(packet.GetContent()))
		announced, total = strings.ToLower(packet.GetMd5()), packet.GetTotalLen()
	}
	if length == 0 || length != total {
		return "", fmt.Errorf("%d bytes came of %d", length, total)
	}
	if sum := hex.EncodeToString(digest.Sum(nil)); sum != announced {
		return "", fmt.Errorf("its MD5 is %s, not %s", sum, announced)
	}
	return fmt.Sprintf("the offered binary is good: %d bytes, MD5 %s; not installed", length, announced), nil
}
