"""Files, sockets and buffers that a program leaves at its end: quiet_* leave nothing that
the interpreter's finalization would show, all others something that it may."""

import io
import os
import sys

from cases.leftovers import KEPT, cycle


def quiet_closed_files():
    import subprocess
    import tempfile
    import zipfile

    with open(os.environ["LEFT"], "w+b") as binary:
        pass
    with open(os.environ["LEFT"], "w") as text:
        text.write("x")
    with zipfile.ZipFile(os.environ["LEFT"], "w") as archive:
        archive.writestr("a", "b")
    with tempfile.NamedTemporaryFile() as temporary:
        pass
    with subprocess.Popen(["true"], stdout=subprocess.PIPE) as process:
        process.communicate()
    cycle((binary, text, archive, temporary, process, process.stdout))


def quiet_files_to_read():
    cycle((open(__file__), open(__file__, "rb"), open(__file__, "rb", buffering=0)))


def quiet_sockets():
    """The kernel closes them."""
    import select
    import socket
    a, b = socket.socketpair()
    a.send(b"x")
    cycle((a, b, select.epoll()))


def open_file():
    """Its last line is in no file before it is closed."""
    path = os.environ["LEFT"]
    if os.path.exists(path):
        print(open(path).read())
        os.unlink(path)
    else:
        file = open(path, "w")
        file.write("not flushed")
        cycle(file)


def other_stream():
    stream = io.TextIOWrapper(open(1, "wb", closefd=False))
    stream.write("through another stream\n")
    cycle(stream)


def quiet_stream_of_class():
    """Closing it is left to _io."""
    class Numbers(io.RawIOBase):
        def readinto(self, buffer):
            return 0
    cycle(Numbers())


def stream_with(**methods):
    cycle(type("Stream", (io.RawIOBase,), methods)())


def tell(self, *arguments):
    os.write(1, b"told\n")


def stream_with_close():
    stream_with(close=tell)


def stream_with_flush():
    stream_with(flush=tell)


def stream_with_setattr():
    stream_with(__setattr__=tell)


def stream_with_property():
    stream_with(_finalizing=property(None, tell))


def stream_with_own_close():
    stream = type("Stream", (io.RawIOBase,), {})()
    stream.close = lambda: tell(None)
    cycle(stream)


def socket_with_finalizer():
    import socket
    socket.socket.__del__ = lambda self: os.write(1, b"socket\n")
    cycle(socket.socket())


def socket_that_shows_itself():
    import socket

    class Shown(socket.socket):
        def __repr__(self):
            return os.write(1, b"repr\n") and "x"

    cycle(Shown())


def file_that_shows_itself():
    class Mode:
        def __repr__(self):
            return os.write(1, b"repr\n") and "x"

    file = open(__file__)
    file.mode = Mode()
    cycle(file)


def reader_of_another_kind():
    class Raw:
        closed = False

        def readable(self):
            return True

        writable = seekable = lambda self: False

        def close(self):
            os.write(1, b"close\n")

        flush = close

    cycle(io.BufferedReader(Raw()))


def released_buffer():
    """From 3.12 on."""
    class Released(bytearray):
        def __release_buffer__(self, view):
            os.write(1, b"released\n")

    cycle(memoryview(Released(b"x")))


def exported_buffer():
    cycle(io.BytesIO(b"x").getbuffer())


def temporary_file():
    import tempfile
    KEPT.append(tempfile.NamedTemporaryFile())


if __name__ == "__main__":
    globals()[sys.argv[1]]()
