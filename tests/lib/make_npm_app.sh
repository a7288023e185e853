#!/bin/sh
# make_npm_app.sh OUTDIR [COUNT]: a real Node application: package.json, package-lock.json, server.js and node_modules as npm installs
# them, with at least COUNT packages (300 unless told; these give about 1,400 at most). Needs npm and its registry. Says on stderr
# how many there are. With the same COUNT, the same versions of what is asked for directly; what those need may move.
set -eu

out=${1:?a new directory}
count=${2:-300}
if [ -e "$out/node_modules" ]; then
	echo "$0: $out/node_modules is there already" >&2
	exit 1
fi
mkdir -p "$out"
cd "$out"

cat >server.js <<'JS'
// Answers on $PORT (3000): "/" says hello, "/healthz" says ok.
const express = require("express");
const _ = require("lodash");

const app = express();
app.get("/", (req, res) => res.json({ hello: _.capitalize(req.query.name || "world") }));
app.get("/healthz", (req, res) => res.send("ok"));
app.listen(process.env.PORT || 3000, () => console.log("listening"));
JS

# In order: what a service runs on, then what is added until there are enough. Old versions on purpose: scanners should find something.
service='express@4.17.1 lodash@4.17.15 axios@0.21.1 moment@2.29.1 debug@2.6.8 minimist@1.2.5 jsonwebtoken@8.5.1 ws@7.4.5'
more='@babel/core@7.22.0 webpack@5.88.0 eslint@8.44.0 jest@29.5.0 @babel/preset-env@7.22.0 mocha@10.2.0 nyc@15.1.0 gulp@4.0.2
	browserify@17.0.0 node-gyp@9.4.0 npm-check@6.0.1'

cat >package.json <<'JSON'
{
  "name": "boltseal-example-app",
  "version": "1.0.0",
  "private": true,
  "license": "Apache-2.0",
  "main": "server.js",
  "scripts": { "start": "node server.js" }
}
JSON

install() {
	npm install --save-exact --ignore-scripts --no-audit --no-fund --no-update-notifier --loglevel=error "$@" >/dev/null
}

installed() {
	npm ls --all --parseable 2>/dev/null | tail -n +2 | wc -l
}

# shellcheck disable=SC2086 # a list of words
install $service
for package in $more; do
	[ "$(installed)" -lt "$count" ] || break
	install "$package"
done
have=$(installed)
echo "$out: $have packages" >&2
if [ "$have" -lt "$count" ]; then
	echo "$0: $count were wanted" >&2
	exit 1
fi
