#!/usr/bin/env python3
"""A registry that misbehaves: passes requests on to a real one on this machine and breaks the answers as told.

--fault NAME[=VALUE], any number of them; they concern blobs unless said otherwise:
  cut=N            close the connection after N bytes of the body, --times times
  stall=N          send N bytes, then nothing, with the connection open, --times times
  busy=S           answer 429 with "Retry-After: S" instead (manifests, too), --times times
  error=STATUS     answer STATUS instead (manifests, too), --times times
  ignore-range     send everything again when a part is asked for
  lie-range        send the part from a later byte than was asked for
  longer=N         send N bytes more than there are
  shorter=N        send N bytes fewer, in chunks that end properly
  redirect=URL     send to URL + path
  redirect-known=URL  send to URL those who come with an Authorization header
  redirect-page=N  a page of N bytes comes with each redirect
  detour           send to the same path with "?detour"
  loop             redirect to itself
  big-headers      send a megabyte of header lines
  endless          a manifest that never ends
  token-realm=URL  answer 401 with a Bearer challenge that names URL (manifests, too)
Each request is noted in --requests as: METHOD PATH range=R authorization=SCHEME|none.
"""
import argparse
import http.client
import http.server
import ssl
import threading
import time


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port-file", required=True)
    parser.add_argument("--requests", required=True)
    parser.add_argument("--upstream", required=True, help="HOST:PORT")
    parser.add_argument("--fault", action="append", default=[])
    parser.add_argument("--times", type=int, default=1)
    parser.add_argument("--certificate", help="speak TLS; PEM of the certificate")
    parser.add_argument("--key")
    return parser.parse_args()


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def fault(self, name):
        return self.server.faults.get(name)

    def once_more(self, name):
        """Is this fault on, and has it not yet happened --times times?"""
        with self.server.lock:
            if name not in self.server.faults or self.server.happened >= self.server.args.times:
                return False
            self.server.happened += 1
            return True

    def note(self):
        scheme = self.headers.get("Authorization", "none").split(" ")[0]
        with self.server.lock, open(self.server.args.requests, "a", encoding="ascii") as log:
            log.write(f"{self.command} {self.path} range={self.headers.get('Range', 'none')} authorization={scheme}\n")

    def plain(self, status, headers):
        body = b"a page for people\n" * 1000  # longer than what a client should keep of it
        if 300 <= status <= 399 and self.fault("redirect-page"):
            body = bytes(int(self.fault("redirect-page")))
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def upstream(self):
        headers = {k: v for k, v in self.headers.items() if k.lower() in ("authorization", "range", "accept")}
        if self.fault("ignore-range") is not None or self.fault("lie-range") is not None:
            headers = {k: v for k, v in headers.items() if k.lower() != "range"}
        connection = http.client.HTTPConnection(self.server.args.upstream)
        connection.request("GET", self.path, headers=headers)
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        return answer, body

    def do_GET(self):
        self.note()
        blob = "/blobs/" in self.path
        content = blob or "/manifests/" in self.path
        if content and self.once_more("busy"):
            return self.plain(429, {"Retry-After": self.fault("busy")})
        if content and self.once_more("error"):
            return self.plain(int(self.fault("error")), {})
        if content and self.fault("token-realm"):
            return self.plain(401, {"WWW-Authenticate": f'Bearer realm="{self.fault("token-realm")}",service="x"'})
        if content and self.fault("endless") is not None:
            return self.endless()
        if blob and self.fault("redirect"):
            return self.plain(307, {"Location": self.fault("redirect") + self.path})
        if blob and self.fault("redirect-known") and self.headers.get("Authorization"):
            return self.plain(307, {"Location": self.fault("redirect-known")})
        if blob and self.fault("detour") is not None and "?" not in self.path:
            return self.plain(307, {"Location": self.path + "?detour"})
        if blob and self.fault("loop") is not None:
            return self.plain(302, {"Location": self.path})
        answer, body = self.upstream()
        return self.spoil(answer, body) if blob and answer.status in (200, 206) else self.send(answer, body)

    def head(self, answer, length, headers=()):
        self.send_response(answer.status)
        for name in ("Content-Type", "WWW-Authenticate", "Content-Range"):
            if answer.getheader(name):
                self.send_header(name, answer.getheader(name))
        for name, value in headers:
            self.send_header(name, value)
        if length is not None:
            self.send_header("Content-Length", str(length))
        self.end_headers()

    def send(self, answer, body):
        self.head(answer, len(body))
        self.wfile.write(body)

    def spoil(self, answer, body):
        if self.once_more("cut"):
            self.head(answer, len(body))
            self.wfile.write(body[: int(self.fault("cut"))])
            self.close_connection = True
        elif self.once_more("stall"):
            self.head(answer, len(body))
            self.wfile.write(body[: int(self.fault("stall"))])
            self.wfile.flush()
            time.sleep(30)
            self.close_connection = True
        elif self.fault("lie-range") is not None and self.headers.get("Range"):
            first = int(self.headers["Range"].split("=")[1].rstrip("-")) + 7
            answer.status = 206
            self.head(answer, len(body) - first, [("Content-Range", f"bytes {first}-{len(body) - 1}/{len(body)}")])
            self.wfile.write(body[first:])
        elif self.fault("longer"):
            self.chunked(answer, body + bytes(int(self.fault("longer"))))
        elif self.fault("shorter"):
            self.chunked(answer, body[: -int(self.fault("shorter"))])
        elif self.fault("big-headers") is not None:
            self.head(answer, len(body), [(f"X-{i}", "x" * 1000) for i in range(1000)])
        else:
            self.send(answer, body)

    def chunked(self, answer, body):
        self.head(answer, None, [("Transfer-Encoding", "chunked")])
        self.wfile.write(b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body))

    def endless(self):
        self.send_response(200)
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True
        while True:
            self.wfile.write(bytes(65536))


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        pass  # clients that go away in the middle are what is tested


def main():
    args = arguments()
    server = Server(("127.0.0.1", 0), Handler)
    server.args, server.happened, server.lock = args, 0, threading.Lock()
    server.faults = dict((one + "=").split("=", 1) for one in args.fault)
    server.faults = {name: value[:-1] if value.endswith("=") else value for name, value in server.faults.items()}
    if args.certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(args.certificate, args.key)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    with open(args.port_file, "w", encoding="ascii") as file:
        file.write(str(server.server_port))
    server.serve_forever()


if __name__ == "__main__":
    main()
