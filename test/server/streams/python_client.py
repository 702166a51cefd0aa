"""An agent's streams over grpcio: holds Push and RemoteExecute, answers one command, and tells as JSON lines what it saw."""

import hashlib
import json
import os
import queue
import sys

import agent_pb2 as pb
import grpc

ME = pb.AgentId(ip="10.0.0.1", mac="02:00:00:00:00:01")


def tell(**what):
    print(json.dumps(what), flush=True)


def main(target):
    channel = grpc.insecure_channel(target)
    push = channel.unary_stream(
        "/agent.Synchronizer/Push",
        request_serializer=pb.SyncRequest.SerializeToString,
        response_deserializer=pb.SyncResponse.FromString,
    )
    remote = channel.stream_stream(
        "/agent.Synchronizer/RemoteExecute",
        request_serializer=pb.RemoteExecResponse.SerializeToString,
        response_deserializer=pb.RemoteExecRequest.FromString,
    )
    upgrade = channel.unary_stream(
        "/agent.Synchronizer/Upgrade",
        request_serializer=pb.UpgradeRequest.SerializeToString,
        response_deserializer=pb.UpgradeResponse.FromString,
    )
    sync = channel.unary_unary(
        "/agent.Synchronizer/Sync",
        request_serializer=pb.SyncRequest.SerializeToString,
        response_deserializer=pb.SyncResponse.FromString,
    )
    identity = pb.SyncRequest(ctrl_ip=ME.ip, ctrl_mac=ME.mac, host="n1", process_name="deepflow-agent-ce")
    sync(identity)
    agent_id = sync(identity).dynamic_config.agent_id

    pushed = push(identity)
    tell(push=next(pushed).dynamic_config.agent_id == agent_id)

    chunks = list(upgrade(pb.UpgradeRequest(ctrl_ip=ME.ip, ctrl_mac=ME.mac)))
    content = b"".join(chunk.content for chunk in chunks)
    tell(upgrade=len(content), chunks=len(chunks), right=hashlib.md5(content).hexdigest() == chunks[0].md5)

    outbox = queue.SimpleQueue()
    outbox.put(pb.RemoteExecResponse(agent_id=ME))
    asked = remote(iter(outbox.get, None))
    tell(heartbeat=next(asked).request_id)
    order = next(asked)
    output = b"piece one, piece two"
    for index, piece in enumerate([output[:10], output[10:]]):
        result = pb.DataChunk(errno=0, content=piece)
        if index == 1:
            result.md5 = hashlib.md5(output).hexdigest()
            result.total_len = len(output)
            result.pkt_count = 2
        outbox.put(pb.RemoteExecResponse(agent_id=ME, request_id=order.request_id, command_result=result))
    tell(command=order.command_ident)
    for message in pushed:
        tell(told=message.user_config)


if __name__ == "__main__":
    try:
        main(sys.argv[1])
    except grpc.RpcError as error:
        tell(status=error.code().name, details=error.details())
    # A thread of grpcio still asks for the next message of the command stream, and may hold the end of Python up for ever.
    os._exit(0)
