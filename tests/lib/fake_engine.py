#!/usr/bin/env python3
"""fake_engine.py SOCKET: a Docker Engine API that goes wrong: image "broken" fails with 500, "odd" has no ID, "cut" ends early,
"none" is not there. Only inspecting "fine" goes well."""
import http.server
import socketserver
import sys


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def address_string(self):
        return "unix"

    def answer(self, status, body, length=None):
        self.send_response(status)
        self.send_header("Api-Version", "1.41")
        self.send_header("Content-Length", str(length or len(body)))
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = length is not None

    def do_GET(self):
        if self.path == "/_ping":
            self.answer(200, b"OK")
        elif self.path == "/v1.41/images/cut/get":
            self.answer(200, b"x" * 1000, 5000)
        elif self.path == "/v1.41/images/odd/json":
            self.answer(200, b'{"Id":"../../etc/passwd"}')
        elif self.path == "/v1.41/images/fine/json":
            self.answer(200, b'{"Id":"sha256:%s"}' % (b"0" * 64))
        elif self.path == "/v1.41/images/none/json":
            self.answer(404, b'{"message":"No such image"}')
        else:
            self.answer(500, b'{"message":"out of hamsters"}')


class Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True


Server(sys.argv[1], Handler).serve_forever()
