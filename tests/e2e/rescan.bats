#!/usr/bin/env bats
# Images that were scanned, judged again without them: small images, databases made from small records. BOLT_BUILD names the build directory.

bats_require_minimum_version 1.5.0

setup_file() {
	. "$BATS_TEST_DIRNAME/../lib/e2e.bash"
	e2e_clean "$BATS_FILE_TMPDIR/home"
	e2e_needs jq python3
	unset BOLTSEAL_SCANNERS BOLTSEAL_NO_STORE
	cd "$BATS_FILE_TMPDIR" || return 1
	"$E2E_LIB/osv_feeds.py" monday <<-'END'
		{"id":"DSA-1-1","modified":"2024-01-01T00:00:00Z","summary":"openssl - security update","upstream":["CVE-2024-0001","CVE-2024-0002"],"affected":[{"package":{"ecosystem":"Debian:12","name":"openssl"},"ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"},{"fixed":"3.0.11-1~deb12u2"}]}]}]}
		{"id":"DSA-2-1","modified":"2024-01-01T00:00:00Z","summary":"zlib","upstream":["CVE-2024-0007"],"affected":[{"package":{"ecosystem":"Debian:12","name":"zlib"},"ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"},{"fixed":"2"}]}]}]}
		{"id":"GHSA-aaaa-bbbb-cccc","modified":"2024-01-01T00:00:00Z","summary":"x","aliases":["CVE-2024-0004"],"severity":[{"type":"CVSS_V3","score":"CVSS:3.1/AV:L/AC:H/PR:L/UI:N/S:U/C:L/I:N/A:N"}],"affected":[{"package":{"ecosystem":"npm","name":"left"},"ranges":[{"type":"SEMVER","events":[{"introduced":"1.0.0"}]}]}]}
	END
	"$E2E_LIB/osv_feeds.py" tuesday <<-'END'
		{"id":"DSA-1-1","modified":"2024-01-01T00:00:00Z","summary":"openssl - security update","upstream":["CVE-2024-0001","CVE-2024-0002"],"affected":[{"package":{"ecosystem":"Debian:12","name":"openssl"},"ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"},{"fixed":"3.0.11-1~deb12u2"}]}]}]}
		{"id":"DSA-2-1","modified":"2024-02-01T00:00:00Z","summary":"zlib","upstream":["CVE-2024-0007"],"affected":[{"package":{"ecosystem":"Debian:12","name":"zlib"},"ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"},{"fixed":"1"}]}]}]}
		{"id":"DSA-3-1","modified":"2024-02-01T00:00:00Z","summary":"curl","upstream":["CVE-2024-0009"],"affected":[{"package":{"ecosystem":"Debian:12","name":"curl"},"ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"},{"fixed":"9"}]}]}]}
		{"id":"GHSA-aaaa-bbbb-cccc","modified":"2024-02-01T00:00:00Z","summary":"x","aliases":["CVE-2024-0004"],"severity":[{"type":"CVSS_V3","score":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}],"affected":[{"package":{"ecosystem":"npm","name":"left"},"ranges":[{"type":"SEMVER","events":[{"introduced":"1.0.0"},{"fixed":"1.9.9"}]}]}]}
	END
	mkdir kev
	cat >kev/kev.json <<-'END'
		{"title":"CISA Catalog of Known Exploited Vulnerabilities","catalogVersion":"2024.01.01","dateReleased":"2024-01-01T00:00:00Z","count":1,
		"vulnerabilities":[{"cveID":"CVE-2024-0002","vendorProject":"OpenSSL","product":"OpenSSL","vulnerabilityName":"x","dateAdded":"2024-01-01",
		"shortDescription":"x","requiredAction":"x","dueDate":"2024-02-01","knownRansomwareCampaignUse":"Known","notes":"","cwes":[]}]}
	END
	local os='etc/os-release=ID=debian|VERSION_ID="12"|PRETTY_NAME=Debian+12' installed='Status:+install+ok+installed|Architecture:+amd64'
	"$E2E_LIB/small_image.py" server "$os var/lib/dpkg/status=Package:+openssl|$installed|Version:+3.0.11-1~deb12u1||Package:+curl|$installed|Version:+7.88|" \
		'usr/lib/node_modules/left/package.json={"name":"left","version":"1.2.2"}'
	"$E2E_LIB/small_image.py" other "$os var/lib/dpkg/status=Package:+zlib|$installed|Version:+1|"
	"$BOLTSEAL" db import --quiet --db "$BATS_FILE_TMPDIR/monday.db" monday
}

setup() {
	cd "$BATS_TEST_TMPDIR" || return 1
	cp "$BATS_FILE_TMPDIR/monday.db" advisories.db
	export BOLTSEAL_DB=$BATS_TEST_TMPDIR/advisories.db BOLTSEAL_STORE=$BATS_TEST_TMPDIR/images.db
}

import() {
	"$BOLTSEAL" db import --quiet "$BATS_FILE_TMPDIR/$1"
}

scan() {
	"$BOLTSEAL" scan --format json --output /dev/null "$@"
}

# changes FILE: "image change id what" of each change
changes() {
	jq -r '.images[] | .name as $image | .changes[] | [$image, .change, .id, (.what // [] | join("+"))] | join(" ")' "$1" |
		sed "s|$BATS_FILE_TMPDIR/||; s/ *\$//" | LC_ALL=C sort
}

scan_both() {
	scan "oci:$BATS_FILE_TMPDIR/server" && scan "oci:$BATS_FILE_TMPDIR/other"
}

@test "after an update exactly what changed is told, once" {
	scan_both
	run -0 "$BOLTSEAL" rescan
	[ "$output" = "" ]
	import tuesday
	run -0 "$BOLTSEAL" rescan --format json --output dry.json --dry-run
	run -0 "$BOLTSEAL" rescan --format json --output told.json
	cmp dry.json told.json
	diff - <(changes told.json) <<-'END'
		other gone CVE-2024-0007
		server changed CVE-2024-0004 severity+fixed_version
		server new CVE-2024-0009
	END
	"$E2E_LIB/validate_report.py" rescan told.json
	run -0 "$BOLTSEAL" rescan
	[ "$output" = "" ]
	run -0 "$BOLTSEAL" rescan --since 0
	[ "$output" = "" ]
}

@test "what becomes known to be exploited is told, though no advisory changed" {
	scan_both
	import kev
	run -0 "$BOLTSEAL" rescan --format json --output told.json
	diff - <(changes told.json) <<<'server changed CVE-2024-0002 exploited'
	[ "$(jq -c '[.counts.images, .counts.asked]' told.json)" = "[2,1]" ]
}

@test "what a scan was told not to tell is kept all the same" {
	scan --severity critical --ignore-unfixed "oci:$BATS_FILE_TMPDIR/server"
	run -0 "$BOLTSEAL" rescan --since 0
	[ "$output" = "" ]
}

@test "--fail-on is about what is new; formats and files as of a scan" {
	scan "oci:$BATS_FILE_TMPDIR/server"
	import tuesday
	run -1 "$BOLTSEAL" rescan --dry-run --fail-on unknown
	run -0 "$BOLTSEAL" rescan --dry-run --fail-on critical # it changed to that, it is not new
	run -0 "$BOLTSEAL" rescan --dry-run --format table --output a --format json --output b
	grep -q 'new *unknown *CVE-2024-0009 *curl 7.88, fixed in 9' a
	"$E2E_LIB/validate_report.py" rescan b
	run -2 "$BOLTSEAL" rescan --format sarif
	[[ "$output" == *"table, json"* ]]
}

@test "an image never judged has all of its findings new; judged by another database, what that says" {
	scan --scanners package "oci:$BATS_FILE_TMPDIR/server"
	run -0 "$BOLTSEAL" rescan --format json --output told.json
	[ "$(changes told.json | grep -c ' new ')" = 3 ]
	rm advisories.db
	import tuesday
	run -0 "$BOLTSEAL" rescan --format json --output told.json
	diff - <(changes told.json) <<-'END'
		server changed CVE-2024-0004 severity+fixed_version
		server new CVE-2024-0009
	END
}

@test "scans at the same time all get in" {
	for i in 1 2 3 4; do
		scan "oci:$BATS_FILE_TMPDIR/server" 2>"err$i" &
		scan "oci:$BATS_FILE_TMPDIR/other" 2>>"err$i" &
		wait -n
	done
	wait
	cat err?
	[ "$(cat err? | wc -c)" = 0 ]
	import tuesday
	run -0 "$BOLTSEAL" rescan --format json --output told.json
	[ "$(jq .counts.images told.json)" = 2 ]
	[ "$(changes told.json | wc -l)" = 3 ]
}

@test "the store is bounded: what was scanned longest ago goes, and that is told" {
	scan "oci:$BATS_FILE_TMPDIR/server"
	run -0 --separate-stderr scan --store-limit 1 "oci:$BATS_FILE_TMPDIR/other"
	[[ "$stderr" == *"1 image scanned longest ago"* ]]
	import tuesday
	run -0 "$BOLTSEAL" rescan --format json --output told.json
	[ "$(changes told.json)" = "other gone CVE-2024-0007" ]
	run -2 scan --store-limit some "oci:$BATS_FILE_TMPDIR/other"
}

@test "--no-store, trees and bills of materials leave nothing behind" {
	scan --no-store "oci:$BATS_FILE_TMPDIR/server"
	mkdir tree
	scan dir:tree
	"$BOLTSEAL" sbom --output sbom.json "oci:$BATS_FILE_TMPDIR/server"
	scan sbom:sbom.json
	[ ! -e images.db ]
	run -3 "$BOLTSEAL" rescan
	[[ "$output" == *"boltseal scan makes it"* ]]
}

@test "a damaged store is an error that says what to do, and does not end a scan" {
	scan_both
	head -c 9000 /dev/zero >zeros.db
	head -c "$(($(stat -c %s images.db) / 2))" images.db >cut.db
	for store in zeros.db cut.db; do
		run -3 "$BOLTSEAL" rescan --store "$store"
		[[ "$output" == *"$store"*"remove it"* ]]
		run -0 --separate-stderr scan --store "$store" "oci:$BATS_FILE_TMPDIR/server"
		[[ "$stderr" == *"note: not kept"*"$store"* ]]
	done
	for at in 9000 13000 17000 21000 25000 29000 33000; do # no more than an error, wherever it is hit
		cp images.db hit.db
		printf '\377\377\377\377\377\377\377\377' | dd of=hit.db bs=1 seek="$at" conv=notrunc status=none
		import tuesday || true
		run "$BOLTSEAL" rescan --store hit.db
		[ "$status" = 0 ] || [[ "$status" = 3 && "$output" == *"hit.db"* ]]
	done
}

@test "whoever scans has a store of their own; without a place for one a scan says so and goes on" {
	unset BOLTSEAL_STORE
	dir=$(mktemp -d)
	cp -r "$BATS_FILE_TMPDIR/server" advisories.db "$dir"
	mkdir "$dir/state"
	chmod -R a+rX "$dir"
	chown 65534 "$dir/state"
	as_nobody="setpriv --reuid 65534 --regid 65534 --clear-groups env XDG_STATE_HOME=$dir/state BOLTSEAL_DB=$dir/advisories.db"
	if [ "$(id -u)" != 0 ]; then
		as_nobody="env XDG_STATE_HOME=$dir/state BOLTSEAL_DB=$dir/advisories.db"
	fi
	$as_nobody "$BOLTSEAL" scan --format json --output /dev/null "oci:$dir/server"
	[ "$(stat -c %a "$dir/state/boltseal/images.db")" = 600 ]
	run -0 $as_nobody "$BOLTSEAL" rescan --since 0
	[ "$output" = "" ]
	rm -r "$dir/state/boltseal"
	chmod 0555 "$dir/state"
	if [ "$(id -u)" = 0 ]; then
		chown 0 "$dir/state"
	fi
	run -0 --separate-stderr $as_nobody "$BOLTSEAL" scan --format json --output /dev/null "oci:$dir/server"
	[[ "$stderr" == *"note: not kept for boltseal rescan"* ]]
	chmod 0755 "$dir/state"
	rm -rf "$dir"
}
