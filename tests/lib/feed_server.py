#!/usr/bin/env python3
"""feed_server.py [--tls CERT KEY] [--log FILE] DIR

Serves a directory over HTTP(S) on 127.0.0.1 as publishers' servers do: ETag, Last-Modified, 304, Range with If-Range. The first line
of standard output is its base URL. Faults are told by a file DIR/faults.json, read anew at each request:

  {"PATH": FAULT} or {"PATH": [FAULT, FAULT ...]}, where a list is used up one a request and then there are no more

  {"cut": N}             the connection ends after N bytes of the body
  {"status": S}          with "retry_after": seconds
  {"length": N}          says Content-Length: N
  {"endless": true}      a body that never ends, without a length
  {"redirect": URL}
  {"slow": N}            N bytes a second
  {"no_validator": true} neither ETag nor Last-Modified
  {"no_range": true}     always the whole body

The log has a line a request: method, path, status, and of the request's headers Range, If-Range, If-None-Match, Authorization.
"""
import argparse
import email.utils
import hashlib
import http.server
import json
import os
import pathlib
import ssl
import threading
import time
import urllib.parse

LOCK = threading.Lock()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    used = {}

    def log_message(self, *_):
        pass

    def fault(self, path):
        try:
            faults = json.loads((self.server.root / "faults.json").read_text())
        except (OSError, ValueError):
            return {}
        fault = faults.get(path, {})
        if isinstance(fault, list):
            with LOCK:
                at = self.used.get((path, len(fault)), 0)
                self.used[(path, len(fault))] = at + 1
            fault = fault[at] if at < len(fault) else {}
        return fault

    def note(self, status):
        if self.server.log:
            seen = [f"{name}={self.headers[name]}" for name in ("Range", "If-Range", "If-None-Match", "Authorization")
                    if self.headers.get(name)]
            with LOCK, open(self.server.log, "a", encoding="utf-8") as log:
                print(self.command, self.path, status, *seen, file=log)

    def answer(self, status, headers=(), body=b""):
        self.note(status)
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        if not any(name == "Content-Length" for name, _ in headers) and status != 304:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def endless(self):
        self.note(200)
        self.send_response(200)
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        block = bytes(1 << 20)
        while True:
            self.wfile.write(block)

    def send_file(self, path, fault):
        data = path.read_bytes()
        etag = '"' + hashlib.sha256(data).hexdigest()[:16] + '"'
        date = email.utils.formatdate(path.stat().st_mtime, usegmt=True)
        headers = [] if fault.get("no_validator") else [("ETag", etag), ("Last-Modified", date)]
        if headers and self.headers.get("If-None-Match") == etag:
            return self.answer(304, headers)
        start, status = 0, 200
        wanted = self.headers.get("Range")
        fresh = self.headers.get("If-Range") in (None, etag, date)
        if wanted and fresh and not fault.get("no_range"):
            start, status = int(wanted.removeprefix("bytes=").split("-")[0]), 206
            if start >= len(data):
                return self.answer(416, [("Content-Range", f"bytes */{len(data)}")])
            headers.append(("Content-Range", f"bytes {start}-{len(data) - 1}/{len(data)}"))
        body = data[start:]
        headers.append(("Content-Length", str(fault.get("length", len(body)))))
        if "cut" in fault:
            body = body[:fault["cut"]]
        self.close_connection = self.close_connection or "cut" in fault or "length" in fault
        if "slow" not in fault:
            return self.answer(status, headers, body)
        self.answer(status, headers)
        step = max(fault["slow"] // 10, 1)
        for at in range(0, len(body), step):
            self.wfile.write(body[at:at + step])
            self.wfile.flush()
            time.sleep(0.1)
        return None

    def do_GET(self):
        path = urllib.parse.unquote(self.path.split("?")[0])
        fault = self.fault(path)
        file = self.server.root / path.lstrip("/")
        try:
            if "status" in fault:
                headers = [("Retry-After", str(fault["retry_after"]))] if "retry_after" in fault else []
                self.answer(fault["status"], headers, b"no\n")
            elif "redirect" in fault:
                self.answer(302, [("Location", fault["redirect"])])
            elif fault.get("endless"):
                self.endless()
            elif not file.is_file() or ".." in path:
                self.answer(404, body=b"not here\n")
            else:
                self.send_file(file, fault)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_):
        pass


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tls", nargs=2, metavar=("CERT", "KEY"))
    parser.add_argument("--log")
    parser.add_argument("directory")
    args = parser.parse_args()
    server = Server(("127.0.0.1", 0), Handler)
    server.root = pathlib.Path(args.directory)
    server.log = args.log and os.path.abspath(args.log)
    if args.tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*args.tls)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    host = f"localhost:{server.server_address[1]}" if args.tls else f"127.0.0.1:{server.server_address[1]}"
    print(f"{'https' if args.tls else 'http'}://{host}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
