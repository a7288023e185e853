#!/usr/bin/env bats
# The advisory database under what machines do to files: kills, full and read-only disks, two at once, damage. BOLT_BUILD names the
# build directory.

bats_require_minimum_version 1.5.0

setup_file() {
	local version

	source "$BATS_TEST_DIRNAME/../lib/skip.bash"
	lacks python3 && return 0
	mkdir -p "$BATS_FILE_TMPDIR/feeds/"{1,2}/osv/Debian
	for version in 1 2; do
		"$BATS_TEST_DIRNAME/../lib/many_advisories.py" "$BATS_FILE_TMPDIR/feeds/$version/osv/Debian/all.zip" 12000 "$version"
	done
	"$BOLT_BUILD/tests/advisory_db" import "$BATS_FILE_TMPDIR/one.db" "$BATS_FILE_TMPDIR/feeds/1"
}

setup() {
	source "$BATS_TEST_DIRNAME/../lib/skip.bash"
	skip_if_told
	cd "$BATS_TEST_TMPDIR" || return 1
	FEEDS=$BATS_FILE_TMPDIR/feeds
	TOOL=$BOLT_BUILD/tests/advisory_db
	DB=$BATS_TEST_TMPDIR/advisories.db
	cp "$BATS_FILE_TMPDIR/one.db" "$DB"
}

teardown() {
	[ -z "${MOUNTED:-}" ] || umount "$MOUNTED"
	[ -z "${READER_PID:-}" ] || kill "$READER_PID" 2>/dev/null || true
}

# answers VERSION: the database is whole and says what the feed of that version says
answers() {
	"$TOOL" verify "$DB" && "$TOOL" find "$DB" Debian:12 package7 0 >found 2>/dev/null &&
		[ "$(grep -c "fixed $1 " found)" -gt 10 ] && [ "$(tail -n 1 found)" = "$(grep -c "fixed $1 " found) hits" ]
}

nothing_beside() {
	[ "$(echo "$DB"*)" = "$DB $DB.lock" ]
}

@test "killed at any point: the database before answers, the next import succeeds" {
	local i pid child killed=0

	for ((i = 0; i < 20; i++)); do
		cp "$BATS_FILE_TMPDIR/one.db" "$DB"
		"$TOOL" import "$DB" "$FEEDS/2" >/dev/null 2>log &
		pid=$!
		sleep "0.$(printf '%03d' $((RANDOM % 500)))"
		if ((i % 2)); then
			kill -9 "$pid" 2>/dev/null || true
		else
			child=$(cat "/proc/$pid/task/$pid/children" 2>/dev/null || true)
			# shellcheck disable=SC2086 # none, or one number
			[ -z "${child// /}" ] || kill -9 $child 2>/dev/null || true
		fi
		if wait "$pid"; then
			answers 2
			continue
		fi
		killed=$((killed + 1))
		answers 1
		"$TOOL" import "$DB" "$FEEDS/2" >out 2>&1
		grep -q '^osv/Debian updated records 12000 added 0 changed 12000 removed 0' out
		answers 2
		nothing_beside
	done
	echo "killed before the end: $killed of 20"
	[ "$killed" -ge 5 ]
}

@test "the importing process killed: told, and nothing is left" {
	"$TOOL" import "$DB" "$FEEDS/2" >/dev/null 2>log &
	local pid=$! child=
	until [ -n "${child// /}" ] || ! kill -0 "$pid" 2>/dev/null; do
		child=$(cat "/proc/$pid/task/$pid/children" 2>/dev/null || true)
	done
	# shellcheck disable=SC2086 # one number
	kill -9 $child
	if wait "$pid"; then
		echo "it was done before it was killed"
		return 1
	fi
	grep -q 'the importing process was killed' log
	answers 1
	nothing_beside
}

@test "a feed cut off anywhere is refused, and the data stay" {
	local size at

	mkdir -p cut/osv/Debian
	size=$(stat -c %s "$FEEDS/2/osv/Debian/all.zip")
	for at in 1 10 1000 $((size / 3)) $((size / 2)) $((size - 100000)) $((size - 23)) $((size - 1)); do
		head -c "$at" "$FEEDS/2/osv/Debian/all.zip" >cut/osv/Debian/all.zip
		"$TOOL" import "$DB" cut >out 2>&1 || grep -q 'no file of any feed' out
		cat out
		answers 1
		[ "$at" -lt 1000 ] || grep -q '^osv/Debian refused' out
	done
	nothing_beside
}

@test "flipped bits in a feed: refused, or few records left out; never a crash" {
	mkdir -p flip/osv/Debian
	for seed in 1 2 3 4 5 6 7 8 9 10 11 12; do
		python3 - "$seed" "$FEEDS/1/osv/Debian/all.zip" flip/osv/Debian/all.zip <<-'END'
			import random, sys
			random.seed(int(sys.argv[1]))
			data = bytearray(open(sys.argv[2], "rb").read())
			for _ in range(random.choice([1, 5, 200])):
			    data[random.randrange(len(data))] ^= 1 << random.randrange(8)
			open(sys.argv[3], "wb").write(data)
		END
		cp "$BATS_FILE_TMPDIR/one.db" "$DB"
		"$TOOL" import "$DB" flip >out 2>&1
		cat out
		grep -qE '^osv/Debian (refused|updated|unchanged) records 1[12][0-9]{3} ' out
		answers 1
	done
}

@test "what is no feed: told, nothing made" {
	echo '{"nothing": "known"}' >strange.json
	run -3 "$TOOL" import "$DB" strange.json
	[[ $output == *"strange.json' is not a file of any feed that is known"* ]]
	mkdir empty
	run -3 "$TOOL" import none.db empty
	[[ $output == *"nothing to import"* ]]
	[ ! -e none.db ]
	run -3 "$TOOL" import "$DB" not-there
	[[ $output == *"cannot open 'not-there': No such file"* ]]
	answers 1
}

@test "a directory of single records is one part" {
	mkdir single
	python3 - "$FEEDS/1/osv/Debian/all.zip" single <<-'END'
		import sys, zipfile
		archive = zipfile.ZipFile(sys.argv[1])
		for name in archive.namelist()[:3000]:
		    archive.extract(name, sys.argv[2])
	END
	"$TOOL" import other.db single >out 2>&1
	cat out
	grep -q '^osv/Debian new records 3000 ' out
	echo broken >single/DSA-5-1.json
	echo '{"id": "DSA-6-1", "modified": "2024' >single/DSA-6-1.json
	"$TOOL" import other.db single >out 2>&1
	cat out
	grep -qE '^osv/Debian updated records 299[89] added 0 changed 0 removed [12] ' out
}

@test "a full disk: told, and the data stay" {
	[ "$(id -u)" = 0 ] || skip "mounting needs root"
	mkdir small
	mount -t tmpfs -o size=9m none small || skip "cannot mount a tmpfs"
	MOUNTED=$PWD/small
	DB=$PWD/small/advisories.db
	cp "$BATS_FILE_TMPDIR/one.db" "$DB"
	head -c 20m /dev/zero >small/filler || true
	rm small/filler
	head -c $(($(stat -f -c '%a * %S' small) - 5000000)) /dev/zero >small/filler
	run -3 "$TOOL" import "$DB" "$FEEDS/2"
	[[ $output == *"No space left on device"* ]]
	answers 1
	nothing_beside
	rm small/filler
	mount -o remount,size=60m small
	"$TOOL" import "$DB" "$FEEDS/2"
	answers 2
}

@test "a read-only directory: read as always, and an import says why not" {
	[ "$(id -u)" = 0 ] || skip "mounting needs root"
	mkdir fixed
	mount -t tmpfs -o size=30m none fixed || skip "cannot mount a tmpfs"
	MOUNTED=$PWD/fixed
	DB=$PWD/fixed/advisories.db
	cp "$BATS_FILE_TMPDIR/one.db" "$DB"
	mount -o remount,ro fixed
	answers 1
	run -3 "$TOOL" import "$DB" "$FEEDS/2"
	[[ $output == *"cannot write beside the database"*"Read-only file system"* ]]
}

@test "two imports at once: both succeed, one after the other" {
	"$TOOL" import "$DB" "$FEEDS/2" >first 2>&1 &
	local first=$!
	"$TOOL" import "$DB" "$FEEDS/2" >second 2>&1
	wait "$first"
	cat first second
	[ "$(cat first second | grep -c '^osv/Debian updated ')" = 1 ]
	[ "$(cat first second | grep -c '^osv/Debian unchanged ')" = 1 ]
	answers 2
	nothing_beside
}

@test "a reader that stays open keeps what it opened while two updates go by" {
	mkfifo ask
	"$TOOL" watch "$DB" Debian:12 package7 0 <ask >answered 3>&- &
	READER_PID=$!
	exec 9>ask
	echo >&9
	until grep -q hits answered; do sleep 0.05; done
	"$TOOL" import "$DB" "$FEEDS/2"
	echo >&9
	"$TOOL" import "$DB" "$FEEDS/1"
	echo >&9
	exec 9>&-
	wait "$READER_PID"
	READER_PID=
	[ "$(grep -c '^generation 1$' answered)" = 3 ]
	[ "$(grep hits answered | sort -u | wc -l)" = 1 ]
	run -1 grep -q 'fixed 2 ' answered
	"$TOOL" parts "$DB" | grep -qx 'generation 3'
	answers 1
}

@test "a database cut off anywhere is told" {
	local size at

	size=$(stat -c %s "$DB")
	for at in 0 1 47 48 4096 8192 $((size / 2)) $((size - 4096)) $((size - 48)) $((size - 1)); do
		head -c "$at" "$BATS_FILE_TMPDIR/one.db" >"$DB"
		run -3 "$TOOL" find "$DB" Debian:12 package7 0
		[[ $output == *"advisory database '$DB'"* ]]
		run -3 "$TOOL" import "$DB" "$FEEDS/2"
		[[ $output == *"take it away to begin anew"* ]]
		[ "$(stat -c %s "$DB")" = "$at" ]
	done
	nothing_beside
}

# LMDB trusts its pages: where a flipped bit sends it astray, the process that reads dies (a scan's worker, and the scan says so).
@test "flipped bits in a database: verify always says so, an import never builds on it, reading ends" {
	local seed status

	for seed in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16; do
		python3 - "$seed" "$BATS_FILE_TMPDIR/one.db" "$DB" <<-'END'
			import random, sys
			random.seed(int(sys.argv[1]))
			data = bytearray(open(sys.argv[2], "rb").read())
			for _ in range(random.choice([1, 50, 2000])):
			    data[random.randrange(len(data))] ^= 1 << random.randrange(8)
			open(sys.argv[3], "wb").write(data)
		END
		run -3 "$TOOL" verify "$DB"
		[[ $output == *damaged* || $output == *"cut off"* || $output == *"another version"* ]]
		run -3 "$TOOL" import "$DB" "$FEEDS/2"
		[[ $output == *"take it away to begin anew"* ]]
		status=0
		ASAN_OPTIONS=handle_segv=0:handle_sigbus=0:handle_abort=0 timeout 60 "$TOOL" walk "$DB" >/dev/null 2>&1 || status=$?
		echo "seed $seed: walk ended with $status"
		[ "$status" = 0 ] || [ "$status" = 3 ] || [ "$status" -gt 128 ]
	done
}

@test "space that updates free is given back" {
	local i first

	first=$(stat -c %s "$DB")
	for i in 2 1 2 1; do
		"$TOOL" import "$DB" "$FEEDS/$i"
		answers "$i"
		[ "$(stat -c %s "$DB")" -lt $((first * 2)) ]
	done
	"$BATS_TEST_DIRNAME/../lib/many_advisories.py" "$BATS_TEST_TMPDIR/all.zip" 100 1
	mkdir -p few/osv/Debian
	mv all.zip few/osv/Debian/
	"$TOOL" import "$DB" --allow-shrink few
	[ "$(stat -c %s "$DB")" -lt "$first" ] # most of it what is known of earlier generations' changes
	"$TOOL" verify "$DB"
	"$TOOL" walk "$DB" | grep -q 'records 100 damaged 0'
	[ "$(stat -c %a "$DB")" = 644 ]
}
