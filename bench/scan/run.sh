#!/bin/sh
# run.sh [--large]: makes the benchmark images where they are missing and prints the table of docs/performance.md.
#   --large   the image of three million files and the one of ten GiB, in a 256 MiB cgroup (12 GB of disk, root)
# ./bootstrap bench [--large] builds first and comes here. Other scanners are measured when they are on PATH or in .cache/bin
# (bench/scan/build_peers.sh builds some).
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
top=$(CDPATH='' cd -- "$here/../.." && pwd)
cache=${BOLT_CACHE:-$top/.cache}/bench

for tool in igzip openssl zstd python3; do
	command -v "$tool" >/dev/null || {
		echo "run.sh: $tool is not installed: use ./bootstrap bench" >&2
		exit 3
	}
done
if [ "${1:-}" = --large ]; then
	for kind in files bytes; do
		[ ! -s "$cache/huge-$kind.tar" ] || continue
		root=$(mktemp -d "${TMPDIR:-/tmp}/boltseal-bench.XXXXXX")
		"$top/tests/lib/make_debian_root.sh" bookworm "$root/root"
		rm -rf "$cache/huge-$kind"
		tar -C "$root/root" -cf "$root/root.tar" .
		/usr/bin/python3 "$here/make_synthetic.py" "$kind" "$root/root.tar" "$cache/huge-$kind"
		tar -C "$cache/huge-$kind" -cf "$cache/huge-$kind.tar" oci-layout index.json blobs
		rm -rf "$root"
	done
else
	"$here/make_images.sh" "$cache"
fi
exec /usr/bin/python3 "$here/measure.py" "$@"
