#!/usr/bin/env python3
"""A token service as the distribution project specifies it, small and real: signs tokens that docker-registry accepts.

Anyone may pull what is below public/; the user may pull and push everything; the refresh token "refresh-me-once-more" stands
for the user (OAuth2 form POST). Every request is noted in --requests as: METHOD anonymous|basic|refresh SCOPE STATUS.
"""
import argparse
import base64
import http.server
import json
import time
import urllib.parse
import uuid

import jwt
from cryptography import x509
from cryptography.hazmat.primitives import serialization

REFRESH = "refresh-me-once-more"


def arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("port-file", "key", "certificate", "user", "password", "requests"):
        parser.add_argument("--" + name, required=True)
    return parser.parse_args()


class Handler(http.server.BaseHTTPRequestHandler):
    def who(self, form):
        given = self.headers.get("Authorization", "")
        if form.get("grant_type") == "refresh_token":
            return "refresh", form.get("refresh_token") == REFRESH
        if not given:
            return "anonymous", False
        name, _, password = base64.b64decode(given.split(" ", 1)[1]).decode().partition(":")
        return "basic", (name, password) == (self.server.args.user, self.server.args.password)

    def access(self, scope, known):
        granted = []
        for one in scope.split():
            kind, name, actions = one.split(":")
            allowed = [a for a in actions.split(",") if known or (a == "pull" and name.startswith("public/"))]
            granted.append({"type": kind, "name": name, "actions": allowed})
        return granted

    def token(self, form, access):
        args, now = self.server.args, int(time.time())
        claims = {"iss": "boltseal-test", "sub": form.get("account", ""), "aud": form["service"], "exp": now + 60, "nbf": now - 5,
                  "iat": now, "jti": str(uuid.uuid4()), "access": access}
        with open(args.key, "rb") as key, open(args.certificate, "rb") as certificate:
            der = x509.load_pem_x509_certificate(certificate.read()).public_bytes(serialization.Encoding.DER)
            return jwt.encode(claims, key.read(), algorithm="RS256", headers={"x5c": [base64.b64encode(der).decode()]})

    def answer(self, form):
        how, known = self.who(form)
        status, body = 200, {}
        if how != "anonymous" and not known:
            status = 401
        else:
            token = self.token(form, self.access(form.get("scope", ""), known))
            body = {"access_token" if how == "refresh" else "token": token, "expires_in": 60}
        with open(self.server.args.requests, "a", encoding="ascii") as log:
            log.write(f"{self.command} {how} {form.get('scope', '-')} {status}\n")
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def do_GET(self):
        self.answer(dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(self.path).query)))

    def do_POST(self):
        self.answer(dict(urllib.parse.parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode())))


def main():
    args = arguments()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.args = args
    with open(args.port_file, "w", encoding="ascii") as file:
        file.write(str(server.server_port))
    server.serve_forever()


if __name__ == "__main__":
    main()
