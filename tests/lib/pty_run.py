#!/usr/bin/env python3
"""pty_run.py [--columns N] [--pipe-stdout] [--type SECONDS TEXT] COMMAND..: runs COMMAND on a terminal of its own and prints
what came from it.

--pipe-stdout keeps standard output a pipe, printed after what the terminal showed; --type SECONDS TEXT types TEXT (as "^C") after so
many seconds. Exit status: the command's; 128 + the number of the signal that ended it.
"""
import argparse
import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios
import time


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--columns", type=int, default=80)
    parser.add_argument("--pipe-stdout", action="store_true")
    parser.add_argument("--type", nargs=2, metavar=("SECONDS", "TEXT"))
    parser.add_argument("command", nargs=argparse.REMAINDER)
    return parser.parse_args()


def start(options):
    """The command on a new terminal: its id, our end of the terminal, our end of its standard output."""
    reading, writing = os.pipe() if options.pipe_stdout else (-1, -1)
    pid, terminal = pty.fork()
    if pid == 0:
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 50, options.columns, 0, 0))
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # a test runner may have it ignored
        if options.pipe_stdout:
            os.dup2(writing, 1)
        os.execvp(options.command[0], options.command)
    if options.pipe_stdout:
        os.close(writing)
    return pid, terminal, reading


def read_some(fd):
    try:
        return os.read(fd, 65536)
    except OSError:  # a terminal whose other end is gone
        return b""


def main():
    options = arguments()
    pid, terminal, reading = start(options)
    seen = {fd: b"" for fd in (terminal, reading) if fd >= 0}
    open_fds, keys_at = set(seen), time.monotonic() + float(options.type[0]) if options.type else None
    while open_fds:
        ready, _, _ = select.select(list(open_fds), [], [], 0.05)
        for fd in ready:
            data = read_some(fd)
            seen[fd] += data
            if not data:
                open_fds.discard(fd)
        if keys_at and time.monotonic() >= keys_at:
            keys_at = None
            os.write(terminal, options.type[1].replace("^C", "\x03").encode())
    _, status = os.waitpid(pid, 0)
    for data in seen.values():
        sys.stdout.buffer.write(data)
    return 128 + os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)


if __name__ == "__main__":
    sys.exit(main())
