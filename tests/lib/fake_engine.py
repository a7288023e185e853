#!/usr/bin/env python3
"""fake_engine.py SOCKET: a Docker Engine API that goes wrong: image "broken" fails with 500, "odd" has no ID, "cut" ends early,
"none" is not there. Inspecting "fine" goes well. With an ARCHIVE after SOCKET and its image's ID after that, "same" and "moved" are
that archive; of "moved" inspecting speaks as if the name had meant another image then."""
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
        elif self.path.endswith(("/same/get", "/moved/get")):
            with open(sys.argv[2], "rb") as archive:
                self.answer(200, archive.read())
        elif self.path.endswith(("/same/json", "/moved/json")):
            image = sys.argv[3] if "/same/" in self.path else "sha256:" + "0" * 64
            self.answer(200, b'{"Id":"%s","RepoDigests":["app@sha256:%s"]}' % (image.encode(), b"7" * 64))
        else:
            self.answer(500, b'{"message":"out of hamsters"}')


class Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    daemon_threads = True


Server(sys.argv[1], Handler).serve_forever()
