#!/usr/bin/env bats
# What is said of packages: a database made from small records in their publishers' formats, lists of packages, and what a person reads.
# BOLT_BUILD names the build directory.

bats_require_minimum_version 1.5.0

setup_file() {
	. "$BATS_TEST_DIRNAME/../lib/e2e.bash"
	e2e_clean "$BATS_FILE_TMPDIR/home"
	e2e_needs jq python3
	unset BOLTSEAL_SCANNERS
	cd "$BATS_FILE_TMPDIR" || return 1
	mkdir feeds
	"$E2E_LIB/osv_feeds.py" feeds <<-'END'
		{"id":"DSA-1-1","modified":"2024-01-01T00:00:00Z","summary":"openssl - security update","upstream":["CVE-2024-0001","CVE-2024-0002"],"affected":[{"package":{"ecosystem":"Debian:12","name":"openssl"},"ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"},{"fixed":"3.0.11-1~deb12u2"}]}]}],"references":[{"type":"ADVISORY","url":"https://example.org/DSA-1-1"}]}
		{"id":"DSA-2-1","modified":"2024-01-01T00:00:00Z","summary":"curl - security update","upstream":["CVE-2024-0003"],"affected":[{"package":{"ecosystem":"Debian:12","name":"curl"},"ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"},{"fixed":"7.88.1-10+deb12u5"}]}]}]}
		{"id":"GHSA-aaaa-bbbb-cccc","modified":"2024-01-01T00:00:00Z","summary":"Prototype pollution in left","aliases":["CVE-2024-0004"],"severity":[{"type":"CVSS_V3","score":"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}],"affected":[{"package":{"ecosystem":"npm","name":"left"},"ranges":[{"type":"SEMVER","events":[{"introduced":"1.0.0"},{"fixed":"1.2.3"},{"introduced":"2.0.0"},{"fixed":"2.0.5"}]}]}]}
		{"id":"GHSA-wwww-wwww-wwww","modified":"2024-01-01T00:00:00Z","withdrawn":"2024-02-01T00:00:00Z","summary":"Taken back","affected":[{"package":{"ecosystem":"npm","name":"left"},"ranges":[{"type":"SEMVER","events":[{"introduced":"0"}]}]}]}
		{"id":"GHSA-nofx-nofx-nofx","modified":"2024-01-01T00:00:00Z","summary":"Nobody mends right","database_specific":{"severity":"MODERATE"},"affected":[{"package":{"ecosystem":"npm","name":"right"},"ranges":[{"type":"SEMVER","events":[{"introduced":"0"}]}]}]}
		{"id":"PYSEC-2024-1","modified":"2024-01-01T00:00:00Z","details":"Snakes on a plane.","aliases":["CVE-2024-0005","GHSA-snak-snak-snak"],"affected":[{"package":{"ecosystem":"PyPI","name":"Snake_Oil"},"ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"},{"fixed":"2.0"}]}],"versions":["1.0","1.9"]}]}
		{"id":"GHSA-snak-snak-snak","modified":"2024-01-01T00:00:00Z","summary":"Snake oil","aliases":["CVE-2024-0005"],"severity":[{"type":"CVSS_V3","score":"CVSS:3.1/AV:L/AC:H/PR:L/UI:N/S:U/C:L/I:N/A:N"}],"affected":[{"package":{"ecosystem":"PyPI","name":"snake-oil"},"ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"},{"last_affected":"1.9"}]}]}]}
	END
	cat >feeds/kev.json <<-'END'
		{"title":"CISA Catalog of Known Exploited Vulnerabilities","catalogVersion":"2024.01.01","dateReleased":"2024-01-01T00:00:00Z","count":1,
		"vulnerabilities":[{"cveID":"CVE-2024-0002","vendorProject":"OpenSSL","product":"OpenSSL","vulnerabilityName":"x","dateAdded":"2024-01-01",
		"shortDescription":"x","requiredAction":"x","dueDate":"2024-02-01","knownRansomwareCampaignUse":"Known","notes":"","cwes":[]}]}
	END
	printf '#model_version:v2023.03.01,score_date:2024-01-01T00:00:00+0000\ncve,epss,percentile\nCVE-2024-0001,0.00042,0.05\nCVE-2024-0002,0.97,0.999\n' |
		gzip >feeds/epss_scores.csv.gz
	cat >packages <<-'END'
		pkg:deb/debian/libssl3@3.0.11-1~deb12u1?arch=amd64&distro=debian-12&upstream=openssl
		pkg:deb/debian/curl@7.88.1-10%2Bdeb12u5?arch=amd64&distro=debian-12
		pkg:npm/left@1.2.2
		pkg:npm/right@9.9.9
		pkg:pypi/snake.oil@1.9
	END
	export DB=$BATS_FILE_TMPDIR/advisories.db
	"$BOLTSEAL" db import --quiet --db "$DB" feeds
}

setup() {
	cd "$BATS_FILE_TMPDIR" || return 1
}

# judged [OPTIONS]: "id status fixed severity" of each finding of the list `packages`.
judged() {
	"$BOLTSEAL" scan --db "$DB" --format json "$@" sbom:packages |
		jq -r '.findings[] | [.id, .status, .fixed_version // "-", .severity] | join(" ")' | LC_ALL=C sort
}

@test "each vulnerability is one finding, under its best-known name, with the version that has the fix" {
	run -0 judged
	diff - <(printf '%s\n' "$output") <<-'END'
		CVE-2024-0001 fixed 3.0.11-1~deb12u2 unknown
		CVE-2024-0002 fixed 3.0.11-1~deb12u2 unknown
		CVE-2024-0004 fixed 1.2.3 critical
		CVE-2024-0005 fixed 2.0 low
		GHSA-nofx-nofx-nofx affected - medium
	END
}

@test "the version with the fix is not reported, nor the one before the first affected" {
	printf 'pkg:deb/debian/libssl3@3.0.11-1~deb12u2?distro=debian-12&upstream=openssl\npkg:npm/left@1.2.3\npkg:npm/left@0.9.0\npkg:npm/left@2.0.5\npkg:pypi/snake-oil@2.0\n' >fixed
	run -0 "$BOLTSEAL" scan --db "$DB" --format json sbom:fixed
	[ "$(jq '.findings | length' <<<"$output")" = 0 ]
}

@test "what is exploited comes first, with the reasons; advisories of one thing are its evidence" {
	run -0 "$BOLTSEAL" scan --db "$DB" --format json sbom:packages
	[ "$(jq -r '.findings[0].id' <<<"$output")" = CVE-2024-0002 ]
	[ "$(jq -r '.findings[0].kev.due' <<<"$output")" = 2024-02-01 ]
	[ "$(jq -r '.findings[0].epss.score' <<<"$output")" = 0.97 ]
	jq -r '.findings[0].priority.reasons[]' <<<"$output" | grep -q 'ransomware'
	[ "$(jq -r '.findings[] | select(.id == "CVE-2024-0005") | [.evidence[].advisory] | sort | join(" ")' <<<"$output")" = "GHSA-snak-snak-snak PYSEC-2024-1" ]
	[ "$(jq -r '.findings[] | select(.id == "CVE-2024-0001") | .evidence[0].why' <<<"$output")" = \
		"3.0.11-1~deb12u1 < 3.0.11-1~deb12u2 (fixed), Debian:12 openssl" ]
	jq -r '.actions[0].text' <<<"$output" | grep -q 'removes 2 findings, 1 of them exploited'
}

@test "two runs give the same bytes but for stats" {
	for i in 1 2; do
		"$BOLTSEAL" scan --db "$DB" --format json sbom:packages | jq 'del(.stats)' >"run$i"
	done
	cmp run1 run2
}

@test "the distribution's own tracker is believed before OSV's copy of its advisories" {
	mkdir -p tracker
	cat >tracker/debian.json <<-'END'
		{"openssl":{"CVE-2024-0001":{"description":"x","releases":{"bookworm":{"status":"resolved","repositories":{"bookworm":"3.0.11-1"},"fixed_version":"0","urgency":"not yet assigned"}}},
		"CVE-2024-0002":{"description":"x","releases":{"bookworm":{"status":"open","repositories":{"bookworm":"3.0.11-1"},"urgency":"high"}}},
		"CVE-2024-0009":{"description":"x","releases":{"bookworm":{"status":"open","repositories":{"bookworm":"3.0.11-1"},"urgency":"unimportant"}}},
		"CVE-2024-0010":{"description":"x","releases":{"bookworm":{"status":"open","repositories":{"bookworm":"3.0.11-1"},"urgency":"low","nodsa":"Minor issue","nodsa_reason":"ignored"}}}}}
	END
	cp "$DB" own.db
	"$BOLTSEAL" db import --quiet --db own.db tracker
	DB=own.db run -0 judged
	diff - <(grep -v -e left -e GHSA -e 0004 -e 0005 <<<"$output") <<-'END'
		CVE-2024-0002 affected - high
		CVE-2024-0009 affected - negligible
		CVE-2024-0010 will-not-fix - low
	END
}

@test "--severity and --ignore-unfixed choose what is told" {
	run -0 judged --severity critical,medium
	[ "${#lines[@]}" = 2 ]
	run -0 judged --ignore-unfixed
	[ "${#lines[@]}" = 4 ]
	run -0 judged --only-fixed --severity medium
	[ "$output" = "" ]
	run -2 --separate-stderr "$BOLTSEAL" scan --severity dreadful sbom:packages
	[[ "$stderr" == *"no severity 'dreadful'"* ]]
}

@test "--fail-on decides the exit code; what it fails on is written first" {
	run -1 "$BOLTSEAL" scan --db "$DB" --format json --fail-on critical,high sbom:packages
	[ "$(jq '.findings | length' <<<"$output")" = 5 ]
	run -0 "$BOLTSEAL" scan --db "$DB" --format json --fail-on high sbom:packages
	run -0 "$BOLTSEAL" scan --db "$DB" --format json --fail-on critical --severity medium sbom:packages
}

@test "no database: packages are told, and that nothing was judged; asked for, it is an error" {
	run -0 "$BOLTSEAL" scan --format json sbom:packages
	[ "$(jq -r '.warnings[].code' <<<"$output")" = database-missing ]
	run -3 --separate-stderr "$BOLTSEAL" scan --fail-on high sbom:packages
	[[ "$stderr" == *"db update"* ]]
	run -3 --separate-stderr "$BOLTSEAL" scan --db nowhere.db sbom:packages
	[[ "$stderr" == *nowhere.db* ]]
}

@test "feeds that are old or missing are told; --max-db-age makes them an error" {
	printf 'pkg:gem/rails@5.0\npkg:npm/left@1.2.3\n' >gems
	run -0 "$BOLTSEAL" scan --db "$DB" --format json sbom:gems
	[ "$(jq -r '[.warnings[].code] | unique | join(" ")' <<<"$output")" = "feed-missing feed-stale" ]
	jq -r '.warnings[].message' <<<"$output" | grep -q RubyGems
	run -3 --separate-stderr "$BOLTSEAL" scan --db "$DB" --max-db-age 30d sbom:packages
	[[ "$stderr" == *"days old"* ]]
}

@test "a system past its end of life, and one nobody speaks of, are told" {
	printf 'pkg:deb/debian/bash@4.4-5?distro=debian-9\n' >old
	run -0 "$BOLTSEAL" scan --db "$DB" --format json sbom:old
	jq -r '.warnings[] | select(.code == "os-end-of-life") | .message' <<<"$output" | grep -q 2022-06-30
	printf 'pkg:deb/haiku/bash@4.4-5?distro=haiku-1\n' >strange
	run -0 "$BOLTSEAL" scan --db "$DB" --format json sbom:strange
	[ "$(jq -r '.warnings[] | select(.code == "system-unknown") | .code' <<<"$output")" = system-unknown ]
}

@test "explain: of a vulnerability every record; of a package which range and comparison decide, and who does not count it" {
	run -0 "$BOLTSEAL" db explain --db "$DB" CVE-2024-0005
	[[ "$output" == *"PYSEC-2024-1 of osv/PyPI"* && "$output" == *"GHSA-snak-snak-snak of osv/PyPI"* && "$output" == *"last affected 1.9"* ]]
	run -0 "$BOLTSEAL" db explain --db "$DB" pkg:npm/left@2.0.1
	[[ "$output" == *"CVE-2024-0004, fixed in 2.0.5"* && "$output" == *"2.0.0 <= 2.0.1 < 2.0.5 (fixed)"* ]]
	run -0 "$BOLTSEAL" db explain --db "$DB" pkg:npm/left@1.5.0
	[[ "$output" == *"affected by nothing"* && "$output" == *"does not count it"* ]]
	run -3 --separate-stderr "$BOLTSEAL" db explain --db "$DB" CVE-1999-1
	[[ "$stderr" == *"no feed"* ]]
	run -3 --separate-stderr "$BOLTSEAL" db explain --db "$DB" pkg:npm/left
	[[ "$stderr" == *"no version"* ]]
}

@test "status: what is in the database, for people and for machines" {
	run -0 "$BOLTSEAL" db status --db "$DB"
	[[ "$output" == *"osv/Debian"* && "$output" == *"epss"* && "$output" == *"Not there"*"osv/Maven"* ]]
	run -0 "$BOLTSEAL" db status --db "$DB" --format json
	[ "$(jq -r '.parts[] | select(.part == "osv/npm") | .advisories' <<<"$output")" = 3 ]
	jq -e '.missing | (index("osv/Maven") != null) and (index("osv/npm") == null)' <<<"$output"
}

@test "a scan makes no connection and writes nothing" {
	command -v strace >/dev/null || skip "strace is not installed"
	strace -f -e trace=connect,socket -o calls "$BOLTSEAL" scan --db "$DB" sbom:packages
	run -1 grep -E 'connect\(|socket\(AF_INET' calls
	open_to_all=$(mktemp -d)
	cp "$DB" "$open_to_all/db"
	cp packages "$open_to_all"
	chmod 0444 "$open_to_all"/*
	chmod 0555 "$open_to_all"
	run -0 setpriv --reuid 65534 --regid 65534 --clear-groups "$BOLTSEAL" scan --db "$open_to_all/db" "sbom:$open_to_all/packages"
	rm -rf "$open_to_all"
}

@test "what is ruled out stays in the report with who said so, and fails nothing" {
	cat >ignore <<-'END'
		ignore:
		  - id: CVE-2024-0004
		    package: left
		    reason: only used by the build
		    expires: 2099-12-31
	END
	cat >vex.json <<-'END'
		{"@context":"https://openvex.dev/ns/v0.2.0","@id":"https://example.org/vex/1","author":"A","timestamp":"2024-01-01T00:00:00Z","version":1,
		"statements":[{"vulnerability":{"name":"CVE-2024-0005"},"products":[{"@id":"pkg:pypi/snake-oil@1.9"}],"status":"not_affected",
		"justification":"vulnerable_code_not_present"}]}
	END
	run -0 "$BOLTSEAL" scan --db "$DB" --format json --ignore-file ignore --vex vex.json --fail-on critical,low sbom:packages
	[ "$(jq -r '[.findings[] | select(.suppressed_by) | .id + " " + .suppressed_by.by] | sort | join(", ")' <<<"$output")" = \
		"CVE-2024-0004 ignore-file, CVE-2024-0005 openvex" ]
	[ "$(jq '.findings | length' <<<"$output")" = 5 ]
	run -3 --separate-stderr "$BOLTSEAL" scan --db "$DB" --vex packages sbom:packages
	[[ "$stderr" == *packages* ]]
	sed -i 's/2099/2020/' ignore
	run -1 "$BOLTSEAL" scan --db "$DB" --format json --ignore-file ignore --fail-on critical sbom:packages
	jq -r '.warnings[].code' <<<"$output" | grep -q suppression-expired
}
