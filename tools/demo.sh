#!/bin/sh
# The main job on real input: a Debian image without its security updates and with old Node and Python packages on it, pushed to a
# registry and scanned from there, from the Docker daemon and from an archive; what is wrong with it, what to do first, and the
# reports. Starts a daemon and a registry of its own and stops them again. `./bootstrap demo` runs it.
#
# Advisories: the directory $BOLT_ADVISORIES (../shared/data/advisories beside the tree unless set), and then the errata of
# tests/data/errata; without it, the publishers' own feeds; without network, those errata alone.
set -eu

top=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
boltseal=$top/build/boltseal
out=$top/build/demo
advisories=${BOLT_ADVISORIES:-$top/../shared/data/advisories}
errata=$top/tests/data/errata/bullseye.jsonl
work=$(mktemp -d "${TMPDIR:-/tmp}/boltseal-demo.XXXXXX")
export BOLTSEAL_DB="$work/advisories.db" BOLTSEAL_STORE="$work/images.db"
export SERVICES_STATE="$work" SERVICES_LIB="$top/tests/lib"
# shellcheck source=tests/lib/services.sh
. "$top/tests/lib/services.sh"

debian_packages='nodejs python3 nginx-light openssh-server curl krb5-user'
# Of 2018 and 2019, when they were what one installed.
node_packages='express@4.16.4 lodash@4.17.15 jquery@3.4.1 handlebars@4.1.2 axios@0.18.0 moment@2.24.0'
python_packages='Django==2.2.10 Jinja2==2.10 requests==2.19.1 urllib3==1.24.1'
# Bitnami's for the severities of what Debian packages too: Debian's own errata have none.
parts='osv/npm osv/PyPI osv/Bitnami kev epss'

bold=
normal=
if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then
	bold=$(printf '\033[1m')
	normal=$(printf '\033[0m')
fi

say() {
	printf '\n%s== %s%s\n' "$bold" "$*" "$normal"
}

run() {
	printf '  $ %s\n' "$*"
}

die() {
	printf 'demo: %s\n' "$*" >&2
	exit 3
}

cleanup() {
	trap - EXIT INT TERM
	stop_all
	# dockerd leaves the mount of its network namespace behind
	awk -v below="$work/" 'index($2, below) == 1 { print $2 }' /proc/self/mounts | while read -r mount; do
		umount "$mount"
	done
	rm -rf --one-file-system "$work"
}

# shellcheck disable=SC2086 # a list of words
update_from_mirror() {
	run "boltseal db update --mirror $mirror osv/Debian $parts"
	"$boltseal" db update --quiet --mirror "$mirror" osv/Debian $parts
}

# What the publishers of $advisories said when they were kept, served as a mirror does.
serve_shared() {
	echo "  from $advisories, over HTTP as from a mirror"
	cp -R "$advisories" "$work/feeds"
	chmod -R u+w "$work/feeds"
	mirror=http://127.0.0.1:$(free_port)
	"$SERVICES_PYTHON" -m http.server --bind 127.0.0.1 --directory "$work/feeds" "${mirror##*:}" >"$work/feeds.log" 2>&1 &
	_services_remember $!
	_services_wait $! "$work/feeds.log" curl -fs --noproxy '*' "$mirror/"
	update_from_mirror
}

# The Debian list of the mirror is older than the image: what Debian has mended since comes as a day's update would.
errata_arrive() {
	say "Weeks later: new advisories, the same image"
	newest=$(sort -r "$work/feeds/osv/Debian/modified_id.csv" | head -n 1 | cut -c 1-10)
	echo "  The Debian list ends on $newest. The image is of a later point release, which has all of these fixes:"
	"$boltseal" scan --quiet --format json --output "$out/first.json" "archive:$out/shop.tar"
	jq -r '[.findings[].package | startswith("pkg:deb/")] |
		"  of \(length) findings, \(map(select(.)) | length) are in Debian packages."' "$out/first.json"
	echo "  Now $(wc -l <"$errata") errata of Debian from after that release (tests/data/errata, from its changelogs) reach the mirror."
	"$SERVICES_PYTHON" "$top/tests/lib/osv_feeds.py" "$work/feeds" <"$errata"
	update_from_mirror
	run boltseal rescan
	"$boltseal" rescan >"$out/rescan.txt"
	head -n 5 "$out/rescan.txt" | sed 's/^/  /' | cut -c 1-150
	echo "  ... all $(grep -c '^  new ' "$out/rescan.txt") new findings, told without the image, are in build/demo/rescan.txt"
	rm "$out/first.json"
}

# shellcheck disable=SC2086 # a list of words
make_database() {
	if [ -f "$advisories/osv/Debian/all.zip" ]; then
		serve_shared || die "the advisories of $advisories could not be taken in"
		shared=yes
	elif timeout 300 "$boltseal" db update --quiet debian $parts >"$work/update.log" 2>&1; then
		echo "  from their publishers"
		run "boltseal db update debian $parts"
	else
		echo "  The publishers cannot be reached ($(tail -n 1 "$work/update.log" | cut -c 1-120))."
		echo "  So these are only some errata of Debian 11, from its changelogs, and of npm (tests/data/errata): much is missing."
		rm -f "$BOLTSEAL_DB"
		cat "$errata" "$top/tests/data/errata/npm.jsonl" | "$SERVICES_PYTHON" "$top/tests/lib/osv_feeds.py" "$work/feeds"
		run 'boltseal db import feeds        # made of them'
		"$boltseal" db import --quiet "$work/feeds"
	fi
	run boltseal db status
	"$boltseal" db status | sed -n '3,$s/^/  /p'
}

# shellcheck disable=SC2086 # lists of words
make_application() {
	mkdir -p "$work/context/app"
	cat >"$work/context/app/server.js" <<-'EOF'
		require('express')().get('/', (request, response) => response.send('open')).listen(8080)
	EOF
	cat >"$work/context/app/package.json" <<-'EOF'
		{"name": "shop", "version": "1.0.0", "private": true}
	EOF
	(cd "$work/context/app" && npm install --save-exact --ignore-scripts --no-audit --no-fund --loglevel error $node_packages) \
		>"$work/npm.log" 2>&1 || {
		tail -n 5 "$work/npm.log" >&2
		die "npm could not install the application's packages"
	}
	"$SERVICES_PYTHON" -m pip install -q --no-deps --only-binary :all: --python-version 3.9 --no-compile \
		--target "$work/context/app/python" $python_packages >"$work/pip.log" 2>&1 || {
		rm -rf "$work/context/app/python"
		echo "  (pip could not fetch the Python packages: the image goes without)"
	}
	cat >"$work/context/Dockerfile" <<-EOF
		FROM demo/debian:11
		CMD ["/bin/sh"]
		RUN apt-get -q update && apt-get -q install -y --no-install-recommends $debian_packages && rm -rf /var/lib/apt/lists/*
		CMD ["node"]
		COPY app /app
		WORKDIR /app
		CMD ["node", "server.js"]
	EOF
}

build_image() {
	tar -C "$work/root" --numeric-owner -cf - . | docker import - demo/debian:11 >/dev/null
	DOCKER_BUILDKIT=0 docker build --network host -q -t "$image" "$work/context" >"$work/build.log" 2>&1 || {
		tail -n 20 "$work/build.log" >&2
		die "the image could not be built"
	}
	docker push -q "$image" >/dev/null
	docker save -o "$out/shop.tar" "$image"
}

start_services() {
	if docker info >/dev/null 2>&1; then
		say "A registry on localhost; the Docker daemon that runs here already"
	else
		say "A Docker daemon and a registry on localhost, both only for this demo"
		start_dockerd "$work/docker" || die "the Docker daemon did not come up"
	fi
	port=$(free_port)
	start_registry "$work/registry" "$port" || die "the registry did not come up"
	image=localhost:$port/demo/shop:1.0
}

# Scans one subject into build/demo/NAME.json and says how long it took.
scan() {
	started=$(date +%s.%N)
	"$boltseal" scan --quiet --format json --output "$out/$1.json" "$2" || die "the scan of $2 failed"
	printf '  %-52s %5.2f s   %s packages, %s findings\n' "$2" "$(echo "$(date +%s.%N) $started" | awk '{ print $1 - $2 }')" \
		"$(jq '.packages | length' "$out/$1.json")" "$(jq '.findings | length' "$out/$1.json")"
}

# A part of the table: from the line that begins with $1, $2 lines.
part_of_table() {
	awk -v start="$1" -v most="$2" 'index($0, start) == 1 { on = 1 } on && n++ < most { print "  " $0 }' "$out/report.txt" | cut -c 1-150
}

show_reports() {
	say "What to do first, and what is wrong"
	run boltseal scan archive:build/demo/shop.tar
	"$boltseal" scan --quiet --format table --output "$out/report.txt" --format html --output "$out/report.html" \
		--format sarif --output "$out/report.sarif" --format cyclonedx --output "$out/shop.cdx.json" "archive:$out/shop.tar"
	part_of_table Vulnerabilities 16
	echo "  ..."
	part_of_table "Do first" 5
	echo "  The whole table ($(wc -l <"$out/report.txt") lines) is build/demo/report.txt; the page for people is build/demo/report.html."

	top_finding=$(jq -r '.findings[0] | .id + " " + .package' "$out/report.json")
	say "Why: the first finding"
	jq -r '.findings[0] | "  \(.id) in \(.package_name) \(.installed_version), priority \(.priority.score):",
		"    " + .priority.reasons[]' "$out/report.json"
	run "boltseal db explain ${top_finding%% *}"
	"$boltseal" db explain "${top_finding%% *}" | cut -c 1-150 | sed 's/^/  /' | head -n 14
}

# What does not count here is said with a reason, and stays in the report; a pipeline stops at what is left.
show_decisions() {
	say "What does not count here, and stopping a pipeline"
	printf 'ignore:\n  - id: %s\n    reason: our pages never call it\n    expires: 2099-12-31\n' "${top_finding%% *}" \
		>"$out/boltsealignore"
	run boltseal scan --ignore-file build/demo/boltsealignore --fail-on critical,high archive:build/demo/shop.tar
	status=0
	"$boltseal" scan --quiet --ignore-file "$out/boltsealignore" --fail-on critical,high --format json \
		--output "$out/decided.json" "archive:$out/shop.tar" || status=$?
	jq -r '.findings[] | select(.suppressed_by) |
		"  \(.id) in \(.package_name) is suppressed by \(.suppressed_by.by): \(.suppressed_by.reason)"' "$out/decided.json"
	jq -r '[.findings[] | select(.suppressed_by | not)] |
		"  left: \(map(select(.severity == "critical")) | length) critical, \(map(select(.severity == "high")) | length) high"' \
		"$out/decided.json"
	echo "  exit code $status"
	rm "$out/decided.json"
}

main() {
	trap cleanup EXIT
	trap 'exit 3' INT TERM
	[ "$(id -u)" = 0 ] || die "needs root: it makes a Debian root file system and starts a Docker daemon"
	rm -rf "$out"
	mkdir -p "$out"

	say "Advisories"
	shared=no
	make_database
	say "A Debian 11 root file system without security updates (debootstrap), and an application of old packages (npm, pip)"
	"$top/tests/lib/make_debian_root.sh" bullseye "$work/root"
	make_application
	start_services
	build_image
	docker images --format '{{.Repository}}:{{.Tag}}  {{.Size}}' "localhost:$port/demo/shop" | sed 's/^/  /'

	[ "$shared" = no ] || errata_arrive

	say "The same image from the registry, from the daemon, from an archive"
	scan registry "registry:$image"
	scan daemon "docker:$image"
	scan archive "archive:$out/shop.tar"
	for source in daemon archive; do
		[ "$(jq -cS '[.packages, .findings]' "$out/registry.json" | sha256sum)" = \
			"$(jq -cS '[.packages, .findings]' "$out/$source.json" | sha256sum)" ] ||
			die "what was found differs: build/demo/registry.json, build/demo/$source.json"
	done
	echo "  all three list the same packages and findings"
	mv "$out/registry.json" "$out/report.json"
	rm "$out/daemon.json" "$out/archive.json"
	docker rmi -f "$image" demo/debian:11 >/dev/null 2>&1 || true

	show_reports
	show_decisions
	"$boltseal" sbom --format spdx-json "archive:$out/shop.tar" >"$out/shop.spdx.json"
	mv "$BOLTSEAL_DB" "$out/advisories.db"

	say "Left in build/demo/"
	(cd "$out" && du -h -- * | sed 's/^/  /')
	say "To try next"
	cat <<-EOF
		  export BOLTSEAL_DB=build/demo/advisories.db
		  build/boltseal scan archive:build/demo/shop.tar               the whole table
		  build/boltseal scan sbom:build/demo/shop.cdx.json             judge the SBOM, without the image
		  build/boltseal db explain $(printf '%-35s' "${top_finding%% *}") everything that is known of it
		  build/boltseal scan dir:.                                     a source tree
		  build/boltseal scan --help                                    options, formats, examples
	EOF
}

main "$@"
