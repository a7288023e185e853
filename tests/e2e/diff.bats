#!/usr/bin/env bats
# Two subjects compared. BOLT_BUILD names the build directory.

bats_require_minimum_version 1.5.0

setup_file() {
	. "$BATS_TEST_DIRNAME/../lib/e2e.bash"
	e2e_clean "$BATS_FILE_TMPDIR/home"
	e2e_needs jq python3
	unset BOLTSEAL_SCANNERS
	cd "$BATS_FILE_TMPDIR" || return 1
	"$E2E_LIB/osv_feeds.py" feeds <<-'END'
		{"id":"DSA-1-1","modified":"2024-01-01T00:00:00Z","summary":"openssl - security update","upstream":["CVE-2024-0001"],"affected":[{"package":{"ecosystem":"Debian:12","name":"openssl"},"ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"},{"fixed":"3.2"}]}]}]}
		{"id":"DSA-2-1","modified":"2024-01-01T00:00:00Z","summary":"zlib","upstream":["CVE-2024-0007"],"affected":[{"package":{"ecosystem":"Debian:12","name":"zlib"},"ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"},{"fixed":"2"}]}]}]}
		{"id":"GHSA-aaaa-bbbb-cccc","modified":"2024-01-01T00:00:00Z","summary":"x","aliases":["CVE-2024-0004"],"severity":[{"type":"CVSS_V3","score":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}],"affected":[{"package":{"ecosystem":"npm","name":"left"},"ranges":[{"type":"SEMVER","events":[{"introduced":"1.2.0"}]}]}]}
		{"id":"GHSA-bbbb-bbbb-cccc","modified":"2024-01-01T00:00:00Z","summary":"x","aliases":["CVE-2024-0005"],"affected":[{"package":{"ecosystem":"npm","name":"both"},"ranges":[{"type":"SEMVER","events":[{"introduced":"0"}]}]}]}
	END
	export BOLTSEAL_DB=$BATS_FILE_TMPDIR/advisories.db
	"$BOLTSEAL" db import --quiet feeds
	local os='etc/os-release=ID=debian|VERSION_ID="12"|PRETTY_NAME=Debian+12' installed='Status:+install+ok+installed|Architecture:+amd64'
	"$E2E_LIB/small_image.py" old "$os var/lib/dpkg/status=Package:+openssl|$installed|Version:+3.1||Package:+zlib|$installed|Version:+1|" \
		'usr/lib/node_modules/left/package.json={"name":"left","version":"1.1.0"} usr/lib/node_modules/both/package.json={"name":"both","version":"1.0.0"}'
	"$E2E_LIB/small_image.py" new "$os var/lib/dpkg/status=Package:+openssl|$installed|Version:+3.2||Package:+curl|$installed|Version:+8|" \
		'usr/lib/node_modules/left/package.json={"name":"left","version":"1.2.0"} usr/lib/node_modules/both/package.json={"name":"both","version":"1.0.0"}'
}

setup() {
	cd "$BATS_FILE_TMPDIR" || return 1
}

packages() {
	jq -r '.packages[] | [.change, .name, .before // "-", .now // "-"] | join(" ")' <<<"$output"
}

findings() {
	jq -r '.findings[] | [.change, .id, .package.name, .package.version] | join(" ")' <<<"$output"
}

@test "packages and findings that came, went and were fixed" {
	run -0 "$BOLTSEAL" diff --format json oci:old oci:new
	diff - <(packages) <<-'END'
		added curl - 8
		changed openssl 3.1 3.2
		removed zlib 1 -
		changed left 1.1.0 1.2.0
	END
	diff - <(findings) <<-'END'
		added CVE-2024-0004 left 1.2.0
		fixed CVE-2024-0001 openssl 3.1
		removed CVE-2024-0007 zlib 1
	END
	[ "$(jq .counts.findings_kept <<<"$output")" = 1 ]
	echo "$output" >"$BATS_TEST_TMPDIR/diff.json"
	"$E2E_LIB/validate_report.py" diff "$BATS_TEST_TMPDIR/diff.json"
}

@test "the same twice has no difference" {
	run -0 "$BOLTSEAL" diff --format json oci:old oci:old
	[ "$(jq -c '[.packages, .findings]' <<<"$output")" = "[[],[]]" ]
}

@test "any two subjects: an image and its bill of materials, a report, a tree" {
	"$BOLTSEAL" sbom --output "$BATS_TEST_TMPDIR/old.cdx.json" oci:old
	"$BOLTSEAL" scan --no-store --format json --output "$BATS_TEST_TMPDIR/old.json" oci:old
	for subject in "sbom:$BATS_TEST_TMPDIR/old.cdx.json" "sbom:$BATS_TEST_TMPDIR/old.json"; do
		run -0 "$BOLTSEAL" diff --format json "$subject" oci:old
		[ "$(jq -c '[.packages, .findings]' <<<"$output")" = "[[],[]]" ]
	done
	mkdir -p "$BATS_TEST_TMPDIR/tree"
	run -0 "$BOLTSEAL" diff --format json oci:old "rootfs:$BATS_TEST_TMPDIR/tree"
	[ "$(jq .counts.packages_removed <<<"$output")" = 4 ]
}

@test "--fail-on counts what the second has and the first has not" {
	run -1 "$BOLTSEAL" diff --fail-on critical oci:old oci:new
	[[ "$output" == *"added    critical   CVE-2024-0004"* ]]
	run -0 "$BOLTSEAL" diff --fail-on critical oci:new oci:old
	run -0 "$BOLTSEAL" diff --fail-on critical oci:new oci:new
}

@test "for people and for a comment" {
	run -0 "$BOLTSEAL" diff oci:old oci:new
	[[ "$output" == *"changed  deb openssl 3.1 -> 3.2"* && "$output" == *"1 added, 1 fixed, 1 removed, 1 in both"* ]]
	run -0 "$BOLTSEAL" diff --format markdown oci:old oci:new
	[[ "$output" == *"| fixed | unknown | CVE-2024-0001 | openssl | 3.1 | 3.2 |"* ]]
}

@test "without a database packages are compared; asked for findings, that is an error" {
	export BOLTSEAL_DB=
	unset BOLTSEAL_DB
	export XDG_STATE_HOME=$BATS_TEST_TMPDIR/none
	[ ! -e /var/lib/boltseal/advisories.db ] || skip "this machine has a database"
	run -0 "$BOLTSEAL" diff --format json oci:old oci:new
	[ "$(jq -c '[(.packages | length), has("findings")]' <<<"$output")" = "[4,false]" ]
	run -3 "$BOLTSEAL" diff --fail-on high oci:old oci:new
}

@test "what cannot be compared is told with its name" {
	run -2 "$BOLTSEAL" diff oci:old
	[[ "$output" == *"two SUBJECTs"* ]]
	run -2 "$BOLTSEAL" diff --format spdx oci:old oci:new
	[[ "$output" == *"table, json, markdown"* ]]
	run -3 "$BOLTSEAL" diff oci:old oci:nowhere
	[[ "$output" == *"oci:nowhere"* ]]
}
