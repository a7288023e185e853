#!/bin/sh
# build_peers.sh: builds the scanners that bench/scan compares with, from their published Go modules, into .cache/bin of the tree.
# Needs Go and its module proxy; takes about five minutes on two cores. A peer that cannot be had is named and left out.
set -eu

top=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
export GOBIN="${BOLT_CACHE:-$top/.cache}/bin" CGO_ENABLED=0
mkdir -p "$GOBIN"
command -v go >/dev/null || {
	echo "build_peers: Go is not installed" >&2
	exit 3
}
for peer in github.com/anchore/syft/cmd/syft@v1.57.0 github.com/anchore/grype/cmd/grype@v0.121.2; do
	program=$(basename "${peer%@*}")
	[ ! -x "$GOBIN/$program" ] || continue
	echo "build_peers: $peer"
	nice go install -ldflags '-s -w' "$peer" || echo "build_peers: $program could not be built" >&2
done
ls -l "$GOBIN"
