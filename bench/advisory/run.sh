#!/bin/sh
# run.sh [BUILD]: what importing, opening and asking the advisory database costs, as a table. BUILD: a build directory, the tree's own
# when not given. BOLT_ADVISORIES: the advisories to import (publishers' files in any directories).
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
top=$(CDPATH='' cd -- "$here/../.." && pwd)
build=${1:-$top/build}
advisories=${BOLT_ADVISORIES:-$top/../shared/data/advisories}
tool=$build/tests/advisory_db

[ -x "$tool" ] || {
	echo "run.sh: no $tool: use ./bootstrap build, or name a build directory" >&2
	exit 3
}
[ -d "$advisories" ] || {
	echo "run.sh: no advisories in $advisories: set BOLT_ADVISORIES" >&2
	exit 3
}
work=$(mktemp -d "${TMPDIR:-/tmp}/boltseal-bench.XXXXXX")
trap 'rm -rf "$work"' EXIT

row() {
	printf '%-34s %s\n' "$1" "$2"
}

# import NAME PATH..: one import, with a row for its time and memory; its lines are left in $work/out
import() {
	name=$1
	shift
	"$tool" import "$work/$name.db" "$@" >"$work/out" 2>"$work/err"
	awk '{ print $2, $4 }' "$work/err"
}

# of NAME: records and bytes
sum() {
	records=$("$tool" parts "$work/$1.db" | awk '$1 != "epss" && $1 != "kev" && $4 == "advisories" { n += $5 } END { print n + 0 }')
	bytes=$(stat -c %s "$work/$1.db")
	echo "$records $bytes $((bytes / (records ? records : 1)))"
}

import all "$advisories" | {
	read -r seconds mib
	row "import of everything" "$seconds s, $mib MiB at most (target: 20 s, 512 MiB)"
}
import all "$advisories" | {
	read -r seconds mib
	row "the same again, nothing changed" "$seconds s, $mib MiB"
}
sum all | {
	read -r records bytes each
	row "database" "$records advisories, EPSS and KEV: $bytes bytes, $each an advisory"
}
if [ -d "$advisories/osv" ]; then
	import osv "$advisories/osv" >/dev/null
	sum osv | {
		read -r records bytes each
		row "OSV's feeds alone" "$records advisories: $bytes bytes, $each an advisory; 300,000 like these: $((each * 3 / 10)) MB"
	}
fi
"$tool" tables "$work/all.db" | while read -r table _ bytes _ items _ depth; do
	row "  table $table" "$bytes bytes, $items items, depth $depth"
done

python3 "$top/tests/lib/many_advisories.py" "$work/many.zip" 300000 1
mkdir -p "$work/many/osv/Debian"
mv "$work/many.zip" "$work/many/osv/Debian/all.zip"
import many "$work/many" | {
	read -r seconds mib
	row "import of 300,000 made-up records" "$seconds s, $mib MiB"
}

"$tool" bench "$work/all.db" 5 | {
	read -r _ lookups _ entries _ hits
	row "lookups, one core" "$lookups/s (target: 500,000/s), a third found; $entries entries judged/s, $hits hits a lookup"
}
best=1000000
for _ in 1 2 3 4 5 6 7 8 9 10; do
	ms=$("$tool" find "$work/all.db" Debian:11 openssl 1.1.1n-0+deb11u3 2>&1 >/dev/null | awk '/open_and_judge_ms/ { print $2 }')
	best=$(awk -v a="$best" -v b="$ms" 'BEGIN { print a < b ? a : b }')
done
row "open and judge a first package" "$best ms (target: 3 ms)"
