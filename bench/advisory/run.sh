#!/bin/sh
# run.sh: the figures of advisories (docs/performance.md), on real ones: BOLT_ADVISORIES, or ../shared/data/advisories beside the tree.
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
top=$(CDPATH='' cd -- "$here/../.." && pwd)
advisories=${BOLT_ADVISORIES:-$top/../shared/data/advisories}
image=${BOLT_CACHE:-$top/.cache}/bench/small-gzip.tar

[ -d "$advisories/osv" ] || {
	echo "run.sh: no advisories in '$advisories': set BOLT_ADVISORIES" >&2
	exit 3
}
[ -e "$image" ] || image=
exec /usr/bin/python3 "$here/measure.py" "${BOLT_BUILD:-$top/build}" "$advisories" ${image:+"$image"}
