"""Ports of this machine for servers that are told theirs before they take it."""

import socket

HOST = "127.0.0.1"


def free_port() -> int:
    """A port that nobody uses, and that the system gives to nobody else for a minute: a connection that was
    just closed still counts there, which a server that is told this very port does not mind."""
    with socket.create_server((HOST, 0)) as probe:
        port: int = probe.getsockname()[1]
        with socket.create_connection((HOST, port)) as caller:
            answering, _ = probe.accept()
            answering.close()  # the side that closes first is the one that is remembered
            caller.recv(1)
    return port
