#!/usr/bin/env bats
# Bundles: what db export writes is the same database elsewhere, from a file or a web server; what was tampered with, cut off, not signed,
# or does not fit is refused, and what was there stays. BOLT_BUILD names the build directory.

bats_require_minimum_version 1.5.0

setup_file() {
	. "$BATS_TEST_DIRNAME/../lib/e2e.bash"
	e2e_clean "$BATS_FILE_TMPDIR/home"
	e2e_needs python3 jq
	cd "$BATS_FILE_TMPDIR" || return 1
	"$BOLTSEAL" db keygen -q --output team
	"$BOLTSEAL" db keygen -q --output other
	# Four generations: a record more, one gone and scores moved, one changed.
	feeds 1 2 3 && scores 400 0.10000 && generation 1
	feeds 1 2 3 4 && generation 2
	feeds 1 2 4 && scores 399 0.10000 && printf 'CVE-2024-0001,0.97000,0.99900\n' | add_scores && generation 3
	SUMMARY=Changed feeds 1 2 4 && generation 4
	export W=$BATS_FILE_TMPDIR
}

setup() {
	cd "$BATS_TEST_TMPDIR" || return 1
	DB=$BATS_TEST_TMPDIR/copy.db
}

# feeds NUMBER..
feeds() {
	rm -rf site/osv
	for i in "$@"; do
		printf '{"id":"GHSA-%s","modified":"2024-01-0%sT00:00:00Z","summary":"%s","aliases":["CVE-2024-000%s"],"affected":[{"package":{"ecosystem":"npm","name":"p%s"},"ranges":[{"type":"SEMVER","events":[{"introduced":"0"},{"fixed":"1.%s.0"}]}]}]}\n' \
			"$i" "$i" "${SUMMARY:-Plain}" "$i" "$i" "$i"
	done | "$E2E_LIB/osv_feeds.py" site
}

scores() {
	mkdir -p site/epss
	for ((i = 1; i <= $1; i++)); do
		printf 'CVE-2024-%04d,%s,0.5\n' "$((i + 1))" "$2"
	done >rows
	add_scores </dev/null
}

add_scores() {
	cat >>rows
	{
		printf '#model_version:v2023.03.01,score_date:2024-01-01T00:00:00+0000\ncve,epss,percentile\n'
		cat rows
	} | gzip -n >site/epss/epss_scores.csv.gz
}

# generation N: the database, a full bundle, the differences since each before
generation() {
	"$BOLTSEAL" db import -q --allow-shrink --db origin.db site
	"$BOLTSEAL" db export -q --db origin.db --sign-key team.key --output "full$1"
	for ((g = 1; g < $1; g++)); do
		"$BOLTSEAL" db export -q --db origin.db --sign-key team.key --since "$g" --output "from$g-to$1"
	done
	cp origin.db "origin$1.db"
}

# take [OPTION..] BUNDLE
take() {
	"$BOLTSEAL" db import --db "$DB" --trust-key "$W/team.pub" "${@:1:$#-1}" --bundle "${@: -1}"
}

# same N: the copy is what the origin was at generation N
same() {
	"$BOLTSEAL" db export -q --db "$DB" --output copy
	"$BOLTSEAL" db export -q --db "$W/origin$1.db" --output origin
	cmp <(tail -c +193 copy) <(tail -c +193 origin)
	[ "$("$BOLTSEAL" db status --db "$DB" --format json | jq .generation)" = "$1" ]
}

refused() {
	local text=$1
	shift
	before=$(cat "$DB" 2>/dev/null | sha256sum)
	run -3 "$@"
	[[ "$output" == *"$text"* ]] || { echo "$output"; return 1; }
	[ "$(cat "$DB" 2>/dev/null | sha256sum)" = "$before" ]
	[ -z "$(find . -name 'copy.db.*' ! -name '*.lock')" ]
}

@test "a full bundle in an empty database is the same database, byte for byte when exported again" {
	run -0 take "$W/full3"
	[[ "$output" == *"osv/npm                              new               3"* ]]
	[[ "$output" == *"generation 3"* ]]
	same 3
	diff <("$BOLTSEAL" db explain --db "$DB" GHSA-1) <("$BOLTSEAL" db explain --db "$W/origin3.db" GHSA-1)
}

@test "a difference brings what is new, changed and gone, and nothing else" {
	take -q "$W/full1"
	run -0 take "$W/from1-to2"
	[[ "$output" == *"osv/npm                              updated           4  +1 ~0 -0"* ]]
	same 2
	run -0 take "$W/from2-to3"
	[[ "$output" == *"osv/npm                              updated           3  +0 ~0 -1"* ]]
	[[ "$output" == *"epss                                 updated         400  +1 ~399 -1"* ||
		"$output" == *"epss                                 updated         400  +1 ~0 -1"* ]]
	same 3
	take -q "$W/from3-to4"
	same 4
}

@test "a difference over several generations is the same as one after the other" {
	take -q "$W/full1"
	take -q "$W/from1-to4"
	same 4
}

@test "a copy hands on differences of its own" {
	take -q "$W/full2"
	take -q "$W/from2-to4"
	"$BOLTSEAL" db export -q --db "$DB" --since 2 --sign-key "$W/other.key" --output relayed
	cmp <(tail -c +193 relayed) <(tail -c +193 "$W/from2-to4")
}

@test "a difference to another generation is refused, and both are named" {
	refused "the difference is to generation 2, and there is no database yet" take "$W/from2-to3"
	take -q "$W/full1"
	refused "the difference is to generation 2, and the database here has generation 1" take "$W/from2-to3"
	take -q "$W/full4"
	refused "the difference is to generation 2, and the database here has generation 4" take "$W/from2-to3"
}

@test "a difference to the same generation of another database is refused" {
	"$BOLTSEAL" db import -q --db "$DB" "$W/site"
	refused "the difference is to generation 1 of another database" take "$W/from1-to2"
}

@test "what was changed here since is not overwritten by a difference; a part of one's own is no hindrance" {
	take -q "$W/full1"
	mkdir own
	echo '{"id":"DSA-1","modified":"2024-01-01T00:00:00Z","summary":"Own","affected":[{"package":{"ecosystem":"Debian:12","name":"x"},"ranges":[{"type":"ECOSYSTEM","events":[{"introduced":"0"},{"fixed":"2"}]}]}]}' |
		"$E2E_LIB/osv_feeds.py" own
	"$BOLTSEAL" db import -q --db "$DB" own
	take -q "$W/from1-to2"
	"$BOLTSEAL" db explain --db "$DB" DSA-1 | grep -q Own
	"$BOLTSEAL" db explain --db "$DB" GHSA-4 >/dev/null
	"$BOLTSEAL" db import -q --allow-shrink --db "$DB" "$W/site/osv"
	refused "'osv/npm' was changed here since the last bundle" take "$W/from2-to3"
	take -q "$W/full4"
}

@test "who signed it must be who is trusted" {
	refused "it is signed by another key" "$BOLTSEAL" db import --db "$DB" --trust-key "$W/other.pub" --bundle "$W/full1"
	"$BOLTSEAL" db export -q --db "$W/origin1.db" --output unsigned
	refused "it is not signed" take unsigned
	run -2 "$BOLTSEAL" db import --db "$DB" --bundle unsigned
	[[ "$output" == *"--bundle wants --trust-key FILE"* ]]
	run -0 "$BOLTSEAL" db import -q --db "$DB" --allow-unsigned --bundle unsigned
	refused "is not an Ed25519 public key" "$BOLTSEAL" db import --db "$DB" --trust-key "$W/team.key" --bundle "$W/full1"
	refused "this is no bundle" take "$W/team.pub"
}

@test "a changed byte anywhere is found before anything is believed" {
	size=$(stat -c %s "$W/full1")
	for at in 0 7 8 12 16 24 32 40 48 56 64 95 96 127 128 191 192 200 $((size / 2)) $((size - 1)); do
		cp "$W/full1" bent
		printf "\\$(printf %o $((($(od -An -tu1 -j "$at" -N1 bent) ^ 255))))" | dd of=bent bs=1 seek="$at" conv=notrunc status=none
		refused "bundle 'bent': " take bent
	done
	cat "$W/full1" "$W/full1" >bent
	refused "or something was added" take bent
}

@test "a bundle that is cut off anywhere is refused" {
	size=$(stat -c %s "$W/full1")
	for at in 0 1 127 128 191 192 193 $((size / 2)) $((size - 1)); do
		head -c "$at" "$W/full1" >cut
		refused "cut off" take cut
	done
}

@test "an import that is killed leaves the old database, and the next one succeeds" {
	take -q "$W/full1"
	for delay in 0.001 0.005 0.01 0.02 0.03 0.05; do
		"$BOLTSEAL" db import -q --db "$DB" --trust-key "$W/team.pub" --bundle "$W/full4" 3>&- &
		sleep "$delay"
		kill -KILL $! 2>/dev/null || true
		wait $! 2>/dev/null || true
		"$BOLTSEAL" db explain --db "$DB" GHSA-1 >/dev/null
	done
	take -q "$W/full4"
	same 4
}

@test "keys: the private one is its owner's alone, and neither is ever overwritten" {
	[ "$(stat -c %a "$W/team.key")" = 600 ]
	run -3 "$BOLTSEAL" db keygen --output "$W/team"
	[[ "$output" == *"File exists"* ]]
	run -2 "$BOLTSEAL" db keygen
	run -3 "$BOLTSEAL" db export --db "$W/origin1.db" --sign-key "$W/team.pub" --output x
	[[ "$output" == *"is not an Ed25519 private key"* ]]
	[ ! -e x ]
}

@test "what cannot be exported is told" {
	run -3 "$BOLTSEAL" db export --db "$W/origin2.db" --since 9 --output x
	[[ "$output" == *"there is no generation 9 yet; the database is at 2"* ]]
	run -3 "$BOLTSEAL" db export --db nothing.db --output x
	[[ "$output" == *"there is none"* ]]
	run -2 "$BOLTSEAL" db export --db "$W/origin2.db"
	[[ "$output" == *"--output FILE or --publish DIR"* ]]
	[ ! -e x ] && [ ! -e x.new ]
}

publish() {
	"$BOLTSEAL" db export --db "$W/origin$1.db" --sign-key "$W/team.key" --publish site "${@:2}"
}

serve() {
	"$E2E_LIB/feed_server.py" --log "$BATS_TEST_TMPDIR/log" site >url 3>&- &
	SERVER=$!
	until [ -s url ]; do sleep 0.05; done
	URL=$(cat url)
}

teardown() {
	[ -z "${SERVER:-}" ] || kill "$SERVER"
}

from() {
	"$BOLTSEAL" db update --db "$DB" --trust-key "$W/team.pub" --from "$URL" "$@"
}

@test "from a web server: everything the first time, the difference that fits afterwards, nothing when there is none" {
	publish 1
	serve
	run -0 from
	[[ "${lines[-1]}" == *"fetched (everything)" ]]
	same 1
	run -0 from
	[[ "$output" == *"generation 1, as it was" ]]
	publish 2 && publish 3
	run -0 from
	[[ "${lines[-1]}" == *"fetched (a difference)" ]]
	grep -q "GET /advisories-1-to-3.bundle 200" log
	same 3
	[ "$(jq -c '[.generation, [.differences[].from]]' site/boltseal-advisories.json)" = '[3,[2,1]]' ]
	[ "$(ls site)" = "$(printf 'advisories-1-to-3.bundle\nadvisories-2-to-3.bundle\nadvisories-3.bundle\nboltseal-advisories.json')" ]
	publish 4 --keep 1
	[ "$(jq -c '[.differences[].from]' site/boltseal-advisories.json)" = '[3]' ]
	rm "$DB"
	cp "$W/origin1.db" "$DB"
	run -0 from
	[[ "${lines[-1]}" == *"fetched (everything)" ]]
	same 4
}

@test "from a web server: what is wrong there is told, and what was there stays" {
	publish 1
	serve
	from -q
	publish 2
	cp -r site good
	run -2 "$BOLTSEAL" db update --db "$DB" --from "$URL"
	[[ "$output" == *"--from wants --trust-key"* ]]
	printf x >>site/advisories-1-to-2.bundle
	refused "" from
	cp good/* site/
	jq '.differences[0].file = "../secret"' good/boltseal-advisories.json >site/boltseal-advisories.json
	refused "the index does not name a difference as it should" from
	jq '.full.bytes = 99 | .differences = []' good/boltseal-advisories.json >site/boltseal-advisories.json
	refused "passes the bound" from || refused "more than the bound" from
	echo '[' >site/boltseal-advisories.json
	refused "boltseal-advisories.json" from
	rm site/boltseal-advisories.json
	refused "there is no '$URL/boltseal-advisories.json' (status 404)" from
	cp good/* site/
	refused "it is signed by another key" "$BOLTSEAL" db update --db "$DB" --trust-key "$W/other.pub" --from "$URL"
	rm site/advisories-1-to-2.bundle
	refused "the index names it, but it is not there" from
	cp good/* site/
	echo '{"/advisories-1-to-2.bundle": [{"cut": 200}, {"status": 500}]}' >site/faults.json
	run -0 from
	grep -q "advisories-1-to-2.bundle 206 Range=bytes=200-" log
	same 2
}

@test "a day's difference of the shared data stays below a megabyte" {
	: "${BOLT_ADVISORIES:=$E2E_LIB/../../../shared/data/advisories}"
	[ -d "$BOLT_ADVISORIES" ] || skip "no $BOLT_ADVISORIES"
	"$E2E_LIB/../../bench/advisory/bundle_size.py" "$BOLT_BUILD" "$BOLT_ADVISORIES" >figures
	cat figures
	[ "$(jq .copy_is_the_same figures)" = true ]
	[ "$(jq '.difference_bytes < 500000 and .difference_every_percentile_bytes < 1000000' figures)" = true ]
}
