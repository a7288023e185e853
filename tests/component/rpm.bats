#!/usr/bin/env bats
# RPM databases made by rpm and by Berkeley DB's own tools, against what `rpm -qa` says. BOLT_BUILD names the build directory.

bats_require_minimum_version 1.5.0

setup_file() {
	source "$BATS_TEST_DIRNAME/../lib/skip.bash"
	lacks_root "rpm --root" && return 0
	lacks rpm rpmbuild db5.3_load python3 && return 0
	export ROOTS="$BATS_FILE_TMPDIR/roots"
	"$BATS_TEST_DIRNAME/../lib/make_rpm_roots.sh" "$ROOTS"
}

setup() {
	source "$BATS_TEST_DIRNAME/../lib/skip.bash"
	skip_if_told
}

# NAME, EPOCH:VERSION-RELEASE, ARCH, SOURCERPM and MODULARITYLABEL, as rpm prints them. Which of .src.rpm and .nosrc.rpm a
# source was is not kept, so both sides say .src.rpm.
cataloged() {
	"$BOLT_BUILD/tests/catalog" "$1" "$2" | awk -F'\t' -v OFS='\t' '
		function or_none(text) { return text == "-" ? "(none)" : text }
		{
			version = $3 ~ /^[0-9]+:/ ? $3 : "0:" $3
			source = $5 == "-" ? "(none)" : $5 "-" $6 ".src.rpm"
			print $2, version, or_none($4), source, or_none($7)
		}' | LC_ALL=C sort
}

same_as_rpm() {
	diff <(sed 's/\.nosrc\.rpm/.src.rpm/' "$ROOTS/expected.tsv") <(cataloged "$1" "$ROOTS/$2")
	[ "$(wc -l < "$ROOTS/expected.tsv")" -eq 8 ]
}

@test "an SQLite database gives what rpm -qa gives" {
	same_as_rpm rpm-sqlite sqlite/usr/lib/sysimage/rpm/rpmdb.sqlite
}

@test "an NDB database gives what rpm -qa gives" {
	same_as_rpm rpm-ndb ndb/usr/lib/sysimage/rpm/Packages.db
}

@test "Berkeley DB databases with small, usual and large pages give what rpm -qa gives" {
	for size in 512 4096 65536; do
		same_as_rpm rpm-bdb "bdb-$size-little/var/lib/rpm/Packages"
	done
}

@test "a Berkeley DB database written on a big-endian machine gives what rpm -qa gives" {
	same_as_rpm rpm-bdb bdb-4096-big/var/lib/rpm/Packages
}

@test "rpm itself reads the Berkeley DB database in the same way" {
	rpm --root "$ROOTS/bdb-4096-little" --dbpath /var/lib/rpm --define "_db_backend bdb_ro" -qa \
		--qf '%{NAME}\t%{EPOCHNUM}:%{VERSION}-%{RELEASE}\t%{ARCH}\t%{SOURCERPM}\t%{MODULARITYLABEL}\n' 2> /dev/null |
		LC_ALL=C sort | diff "$ROOTS/expected.tsv" -
}

@test "a database cut in the middle still gives its first packages, and says that it is damaged" {
	for row in rpm-sqlite:sqlite/usr/lib/sysimage/rpm/rpmdb.sqlite rpm-ndb:ndb/usr/lib/sysimage/rpm/Packages.db \
		rpm-bdb:bdb-4096-little/var/lib/rpm/Packages; do
		file=$ROOTS/${row#*:}
		head -c $(($(stat -c %s "$file") * 3 / 4)) "$file" > "$BATS_TEST_TMPDIR/cut"
		run --separate-stderr "$BOLT_BUILD/tests/catalog" "${row%%:*}" "$BATS_TEST_TMPDIR/cut"
		[ "$status" -eq 1 ]
		[ "${#lines[@]}" -ge 1 ]
		[ "${#lines[@]}" -lt 8 ]
		[[ $stderr == *"packages read"* ]]
	done
}

@test "licences are those of the spec file" {
	run "$BOLT_BUILD/tests/catalog" rpm-sqlite "$ROOTS/sqlite/usr/lib/sysimage/rpm/rpmdb.sqlite"
	[ "$status" -eq 0 ]
	[[ $output == *$'alpha\t1.2.3-4.fc40\tx86_64\talpha\t1.2.3-4.fc40\t-\tGPL-2.0-or-later AND (MIT OR BSD-3-Clause)\t'* ]]
	[[ $output == *$'alpha-data\t1.2.3-4.fc40\tnoarch\talpha\t1.2.3-4.fc40\t-\tCC0-1.0\t'* ]]
}

@test "a write-ahead log with content is named in a warning, an empty one is not" {
	: > "$BATS_TEST_TMPDIR/empty"
	echo log > "$BATS_TEST_TMPDIR/full"
	run --separate-stderr "$BOLT_BUILD/tests/catalog" rpm-sqlite "$BATS_TEST_TMPDIR/empty" var/lib/rpm/rpmdb.sqlite-wal
	[ "$status" -eq 0 ] && [ -z "$stderr" ]
	run --separate-stderr "$BOLT_BUILD/tests/catalog" rpm-sqlite "$BATS_TEST_TMPDIR/full" var/lib/rpm/rpmdb.sqlite-wal
	[ "$status" -eq 0 ]
	[[ $stderr == "warning: rpm-wal-ignored: "* ]]
}

@test "the database is read without opening any other file" {
	command -v strace > /dev/null || skip "strace is not installed"
	file=$ROOTS/sqlite/usr/lib/sysimage/rpm/rpmdb.sqlite
	ASAN_OPTIONS=detect_leaks=0 strace -f -e trace=open,openat,stat,lstat,access,unlink,socket -o "$BATS_TEST_TMPDIR/calls" \
		"$BOLT_BUILD/tests/catalog" rpm-sqlite "$file" > /dev/null
	sed -n '/rpmdb.sqlite", O_RDONLY/,$p' "$BATS_TEST_TMPDIR/calls" | grep -v '+++ exited' > "$BATS_TEST_TMPDIR/after"
	[ "$(wc -l < "$BATS_TEST_TMPDIR/after")" -eq 1 ]
}
