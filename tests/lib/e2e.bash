# shellcheck shell=bash
# Common to tests/e2e/*.bats: the program, real images kept in $BOLT_CACHE (.cache of the tree), and what two reports must agree on.

E2E_LIB=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
export E2E_LIB
# In its shortest form: dockerd takes its mounts away at its end only when it knows them again by their names.
BOLT_CACHE=$(realpath -m "${BOLT_CACHE:-$E2E_LIB/../../.cache}")
export BOLT_CACHE
export BOLTSEAL=$BOLT_BUILD/boltseal
# shellcheck source=tests/lib/skip.bash
. "$E2E_LIB/skip.bash"

# Nothing of the person who runs the tests has a say in them: e2e_clean HOME
e2e_clean() {
	local name

	for name in $(compgen -e BOLTSEAL_); do
		unset "$name"
	done
	export BOLTSEAL_SCANNERS=package # what is judged has tests of its own, with a database of theirs: vulnerabilities.bats
	export BOLTSEAL_NO_STORE=1 # so has what is kept: rescan.bats
	unset NO_COLOR SOURCE_DATE_EPOCH COLUMNS DOCKER_CONFIG DOCKER_HOST REGISTRY_AUTH_FILE XDG_RUNTIME_DIR SSL_CERT_FILE
	unset http_proxy https_proxy HTTPS_PROXY all_proxy ALL_PROXY no_proxy NO_PROXY
	export HOME=$1
	mkdir -p "$HOME"
}

e2e_needs() {
	local tool

	[ -x "$BOLTSEAL" ] || {
		echo "no $BOLTSEAL: build first, or set BOLT_BUILD" >&2
		return 1
	}
	for tool in "$@"; do
		command -v "$tool" >/dev/null || skip "$tool is not installed"
	done
}

# e2e_cached NAME SCRIPT.. -- COMMAND..: a directory that `COMMAND.. DIRECTORY` makes, kept until one of the scripts (of tests/lib)
# changes. Prints where it is.
e2e_cached() {
	local name=$1 scripts=() where work
	shift
	while [ "$1" != -- ]; do
		scripts+=("$E2E_LIB/$1")
		shift
	done
	shift
	where=$BOLT_CACHE/e2e-$name-$(cat "${scripts[@]}" | cksum | cut -d ' ' -f 1)
	if [ ! -d "$where" ]; then
		mkdir -p "$BOLT_CACHE"
		rm -rf "$BOLT_CACHE/e2e-$name"-*
		work=$(mktemp -d "$BOLT_CACHE/e2e-$name.XXXXXX")
		"$@" "$work/made" >"$work/log" 2>&1 || {
			tail -n 30 "$work/log" >&2
			rm -rf "$work"
			return 1
		}
		mv -T "$work/made" "$where"
		rm -rf "$work"
	fi
	echo "$where"
}

# A daemon for this file's tests; overlay2 where the disk allows it: it is much faster than copies of whole trees.
e2e_dockerd() {
	SERVICES_STORAGE_DRIVER=overlay2 start_dockerd "$1" 2>/dev/null || start_dockerd "$1"
}

_e2e_compress() {
	gzip -1 -k "$1" && zstd -q -1 -k "$1" && xz -T2 -0 -k "$1" && bzip2 -1 -k "$1"
}

_e2e_make_images() {
	local out=$1 made=0

	# shellcheck source=tests/lib/services.sh
	. "$E2E_LIB/services.sh"
	mkdir "$out"
	SERVICES_STATE=$out
	"$E2E_LIB/make_debian_root.sh" bookworm "$out/root" && "$E2E_LIB/make_npm_app.sh" "$out/app" 60 && e2e_dockerd "$out/engine" &&
		MAKE_IMAGE_APP=$out/app "$E2E_LIB/make_image.sh" "$out/root" "$out" && _e2e_compress "$out/docker-save.tar" || made=1
	stop_all
	rm -rf "$out/engine" || made=1
	return $made
}

# The image of make_image.sh in all its forms (docker-save.tar in every compression too), with an application that npm installed (app/), and the tree it stands on (root/).
e2e_images() {
	e2e_cached images e2e.bash make_image.sh make_npm_app.sh make_debian_root.sh -- _e2e_make_images
}

# e2e_layout ROOT LAYOUT: a tree as an image of one plain layer, without any tool of the image makers.
e2e_layout() {
	"${SERVICES_PYTHON:-/usr/bin/python3}" - "$E2E_LIB" "$1" "$2" <<-'END'
		import shutil, subprocess, sys
		sys.path.insert(0, sys.argv[1])
		import oci_writer

		def write(out):
		    with subprocess.Popen(["tar", "-C", sys.argv[2], "--numeric-owner", "-c", "."], stdout=subprocess.PIPE) as tar:
		        shutil.copyfileobj(tar.stdout, out)

		layout = oci_writer.Layout(sys.argv[3])
		layout.add_layer(write, "tree", "plain")
		layout.finish()
	END
}

# What a person would call the same findings: everything but where the image came from, how it was packed, and the run's figures.
e2e_same() {
	jq -S '{os, packages, removed_packages, warnings, platform: .subject.platform,
		layers: [.subject.layers[] | {index, diff_id, origin, origin_reason, created_by}]}' "$@"
}
