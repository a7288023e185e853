#!/bin/sh
# make_debian_root.sh SUITE DIR [PACKAGE...]: a real Debian root file system (debootstrap, minbase) in DIR, which must not exist.
# The mirror is the one this machine's apt uses. Roots are kept as tar files in $BOLT_CACHE (.cache of the tree), so the second
# call takes seconds. Needs root.
set -eu

suite=${1:?a Debian suite}
dir=${2:?a directory to make}
shift 2
top=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
cache=${BOLT_CACHE:-$top/.cache}
include=$(printf '%s\n' "$@" | sort -u | paste -s -d , -)
name=debian-$suite-$(printf '%s' "$include" | cksum | cut -d ' ' -f 1)

# The first of apt's repositories that has the suite.
mirror() {
	apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | sort -u | while read -r uri; do
		case $uri in
		*security* | *-updates*) continue ;;
		esac
		if curl -fsI --max-time 30 "${uri}dists/$suite/InRelease" >/dev/null 2>&1; then
			echo "$uri"
			break
		fi
	done
}

make() {
	uri=$(mirror)
	[ -n "$uri" ] || {
		echo "make_debian_root: no repository of this machine's apt has $suite" >&2
		exit 3
	}
	mkdir -p "$cache"
	work=$(mktemp -d "$cache/$name.XXXXXX")
	trap 'rm -rf "$work"' EXIT
	debootstrap --variant=minbase ${include:+--include="$include"} "$suite" "$work/root" "$uri" >"$work/log" 2>&1 || {
		tail -n 20 "$work/log" "$work/root/debootstrap/debootstrap.log" >&2 || true
		echo "make_debian_root: debootstrap of $suite failed" >&2
		exit 3
	}
	rm -rf "$work"/root/var/cache/apt/archives/*.deb "$work"/root/var/lib/apt/lists/*_*
	tar -C "$work/root" --numeric-owner --xattrs -cf "$work/tar" .
	mv "$work/tar" "$cache/$name.tar"
	rm -rf "$work"
	trap - EXIT
}

[ ! -e "$dir" ] || {
	echo "make_debian_root: $dir is there already" >&2
	exit 2
}
[ -s "$cache/$name.tar" ] || make
mkdir -p "$dir"
tar -C "$dir" --numeric-owner --xattrs -xpf "$cache/$name.tar"
