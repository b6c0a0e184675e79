"""A DNS server on loopback that answers as it is told, and what asks it; real packets (RFC 1035)."""

import socket
import struct
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from ipaddress import ip_address

A, AAAA = 1, 28
HEADER = struct.Struct("!6H")


@dataclass
class NameServer:
    """Answers each question for a name with the next of its lists of addresses, the last for ever."""

    port: int
    answers: dict[str, list[Sequence[str]]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def resolve(self, name: str, _port: int) -> Sequence[str]:
        """Ask for a name's addresses of both kinds over UDP, as a resolver without a cache does."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
            sock.settimeout(5)
            sock.sendto(_question(name), ("127.0.0.1", self.port))
            return _addresses(sock.recv(4096))

    def _answer(self, packet: bytes) -> bytes:
        name, end = _name_at(packet, HEADER.size)
        self.asked.append(name)
        told = self.answers[name]
        found = told.pop(0) if len(told) > 1 else told[0]
        head = HEADER.pack(*struct.unpack("!H", packet[:2]), 0x8180, 1, len(found), 0, 0)
        records = b"".join(_record(address) for address in found)
        return head + packet[HEADER.size : end + 4] + records


@contextmanager
def nameserver(answers: dict[str, list[Sequence[str]]]) -> Iterator[NameServer]:
    """Run a server on loopback."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        made = NameServer(sock.getsockname()[1], answers)

        def work() -> None:
            while True:
                packet, who = sock.recvfrom(4096)
                if packet == b"over":
                    return
                sock.sendto(made._answer(packet), who)

        thread = threading.Thread(target=work)
        thread.start()
        try:
            yield made
        finally:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as bell:
                bell.sendto(b"over", ("127.0.0.1", made.port))
            thread.join()


def _question(name: str) -> bytes:
    labels = b"".join(bytes([len(part)]) + part.encode() for part in name.split("."))
    return HEADER.pack(7, 0x0100, 1, 0, 0, 0) + labels + b"\0" + struct.pack("!2H", 255, 1)


def _record(address: str) -> bytes:
    ip = ip_address(address)
    kind = A if ip.version == 4 else AAAA
    return b"\xc0\x0c" + struct.pack("!HHIH", kind, 1, 0, len(ip.packed)) + ip.packed


def _name_at(packet: bytes, at: int) -> tuple[str, int]:
    parts = []
    while packet[at]:
        parts.append(packet[at + 1 : at + 1 + packet[at]].decode())
        at += 1 + packet[at]
    return ".".join(parts), at + 1


def _addresses(packet: bytes) -> Sequence[str]:
    count = HEADER.unpack(packet[: HEADER.size])[3]
    _, at = _name_at(packet, HEADER.size)
    at += 4
    found = []
    for _ in range(count):
        size = struct.unpack("!H", packet[at + 10 : at + 12])[0]
        found.append(str(ip_address(packet[at + 12 : at + 12 + size])))
        at += 12 + size
    return found
