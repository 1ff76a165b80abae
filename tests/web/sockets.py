"""Talking to a server below HTTP, where one can say what no HTTP client would."""

import socket


def connected(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=5)


def everything(connection: socket.socket) -> bytes:
    """What comes until the server hangs up; a reset is one way to do so. TimeoutError if it does not."""
    arrived = bytearray()
    try:
        while piece := connection.recv(65536):
            arrived += piece
    except ConnectionError:
        pass
    return bytes(arrived)


def said(port: int, *pieces: bytes) -> bytes:
    """The answer to these bytes, after which the client says no more."""
    with connected(port) as connection:
        try:
            for piece in pieces:
                connection.sendall(piece)
            connection.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # it has hung up already
        return everything(connection)


def status(answer: bytes) -> int:
    """0: there was none."""
    return int(answer.split(b" ", 2)[1]) if answer else 0
