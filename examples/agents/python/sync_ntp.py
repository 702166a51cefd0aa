"""Query: asks the server for the time by an NTP packet (RFC 5905)."""

from __future__ import annotations

import struct
import time

import grpc

SECONDS_FROM_1900_TO_1970 = 2_208_988_800
ORIGINATE, RECEIVE, TRANSMIT = 24, 32, 40
CLIENT, SERVER = 3, 4


def ask_for_time(server, identity: dict, log) -> None:
    """Tells how far the clocks are apart. Without an answer the own clock has to do."""
    sent = time.time()
    question = bytearray(48)
    question[0] = 4 << 3 | CLIENT  # version 4
    whole = int(sent)
    struct.pack_into(">II", question, TRANSMIT, whole + SECONDS_FROM_1900_TO_1970, int((sent - whole) * 2**32))
    try:
        answer = server.call("Query", {"ctrl_ip": identity["ctrl_ip"], "request": bytes(question)}).response
        log(f"the server's clock is {round(_offset(bytes(question), answer, sent) * 1000)} ms ahead")
    except (ValueError, grpc.RpcError) as error:
        log(f"no time from the server: {error}")


def _offset(question: bytes, answer: bytes, sent: float) -> float:
    """Seconds. Raises ValueError where the answer is not one to this question."""
    if len(answer) < 48:
        raise ValueError(f"an answer of {len(answer)} bytes")
    if answer[0] & 7 != SERVER:
        raise ValueError("the answer is not that of a server")
    if answer[ORIGINATE:RECEIVE] != question[TRANSMIT:]:
        raise ValueError("an answer to another question")
    receive, transmit = _time(answer, RECEIVE), _time(answer, TRANSMIT)
    if transmit == -SECONDS_FROM_1900_TO_1970:
        raise ValueError("the answer carries no time")
    if receive > transmit:
        raise ValueError("the answer was sent before the question came")
    return (receive - sent + transmit - time.time()) / 2


def _time(packet: bytes, offset: int) -> float:
    whole, part = struct.unpack_from(">II", packet, offset)
    return whole - SECONDS_FROM_1900_TO_1970 + part / 2**32
