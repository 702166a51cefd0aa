// Command generate makes the Go messages of the .proto files in pb/, by protoc-gen-go. It stands in for protoc, so that
// nothing but Go has to be installed.
package main

import (
	"bytes"
	"context"
	"log"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/bufbuild/protocompile"
	"github.com/bufbuild/protocompile/protoutil"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/pluginpb"
)

const (
	protos = "../../../proto"
	module = "example.com/pseudo-agent/pb"
)

func main() {
	log.SetFlags(0)
	if err := run(); err != nil {
		log.Fatalf("generate: %s", err)
	}
}

func run() error {
	names := []string{"common.proto", "agent.proto", "trident.proto"}
	compiler := protocompile.Compiler{
		Resolver:       &protocompile.SourceResolver{ImportPaths: []string{protos}},
		SourceInfoMode: protocompile.SourceInfoStandard,
	}
	files, err := compiler.Compile(context.Background(), names...)
	if err != nil {
		return err
	}
	request := &pluginpb.CodeGeneratorRequest{
		FileToGenerate: names,
		// Not the Go packages that the files name: those are nobody's.
		Parameter: proto.String("module=" + module + ",Mcommon.proto=" + module + "/common,Magent.proto=" + module +
			"/agent,Mtrident.proto=" + module + "/trident"),
	}
	for _, file := range files {
		request.ProtoFile = append(request.ProtoFile, protoutil.ProtoFromFileDescriptor(file))
	}
	input, err := proto.Marshal(request)
	if err != nil {
		return err
	}
	plugin := exec.Command("go", "tool", "protoc-gen-go")
	plugin.Stdin, plugin.Stderr = bytes.NewReader(input), os.Stderr
	output, err := plugin.Output()
	if err != nil {
		return err
	}
	var response pluginpb.CodeGeneratorResponse
	if err := proto.Unmarshal(output, &response); err != nil {
		return err
	}
	for _, file := range response.File {
		path := filepath.Join("pb", file.GetName())
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, []byte(file.GetContent()), 0o644); err != nil {
			return err
		}
	}
	return nil
}
