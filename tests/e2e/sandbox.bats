#!/usr/bin/env bats
# What the process that reads foreign bytes may do, seen from outside while it reads: nothing but read on.
# BOLT_BUILD names the build directory.

bats_require_minimum_version 1.5.0

setup_file() {
	[ "$(id -u)" = 0 ] || skip "making root file systems needs root"
	source "$BATS_TEST_DIRNAME/../lib/e2e.bash"
	e2e_needs dockerd docker debootstrap skopeo umoci buildah npm jq unshare setpriv
	if nm "$BOLTSEAL" 2> /dev/null | grep -q __asan_init; then
		skip "builds with a sanitizer have no sandbox"
	fi
	IMAGES=$(e2e_images)
	export IMAGES IMAGE="$IMAGES/docker-save.tar"
	[ -d "$IMAGES/root" ]
}

setup() {
	source "$BATS_TEST_DIRNAME/../lib/e2e.bash"
	e2e_clean "$BATS_TEST_TMPDIR/home"
	cd "$BATS_TEST_TMPDIR" || return 1
	mkfifo source
	exec 7<> source
}

teardown() {
	exec 7>&-
	[ -z "$pid" ] || kill -9 "$pid" 2> /dev/null || true
	[ -z "$group" ] || {
		wait "$pid" 2> /dev/null || true
		rmdir "$group"
	}
}

# begin [OPTION..]: a scan of an archive of which half has come; its process in $pid, that of its worker in $worker
begin() {
	"$BOLTSEAL" scan --format json --output report.json "$@" archive:- < source 7>&- &
	pid=$!
	head -c 60000000 "$IMAGE" >&7
	worker=$(cat "/proc/$pid/task/$pid/children")
	worker=${worker% }
	[ "$(cat "/proc/$worker/comm")" = boltseal-scan ]
}

# The rest comes, and the report is whole.
finish() {
	tail -c +60000001 "$IMAGE" >&7
	exec 7>&-
	wait "$pid"
	pid=
	diff <(e2e_same report.json) <("$BOLTSEAL" scan --format json "archive:$IMAGE" | e2e_same)
}

status_of() {
	awk -v name="$1:" '$1 == name { print $2 }' "/proc/$worker/status"
}

@test "the worker: a system call filter, no new privileges, no capabilities, in every thread" {
	begin
	for name in NoNewPrivs:1 Seccomp:2 CapEff:0000000000000000 CapPrm:0000000000000000 CapInh:0000000000000000 CapAmb:0000000000000000; do
		[ "$(status_of "${name%:*}")" = "${name#*:}" ] || { echo "$name: $(status_of "${name%:*}")"; return 1; }
	done
	[ "$(find "/proc/$worker/task" -mindepth 1 -maxdepth 1 | wc -l)" -ge 2 ]
	for thread in "/proc/$worker/task/"*; do
		[ "$(awk '$1 == "Seccomp:" || $1 == "CapEff:" { print $2 }' "$thread/status" | xargs)" = "0000000000000000 2" ]
	done
	[ "$(awk '/Max core file size/ { print $5 $6 }' "/proc/$worker/limits")" = 00 ]
	finish
}

@test "the worker holds no file but its input, its output and the channel to its parent" {
	begin --format table --output second
	channels=0
	for fd in "/proc/$worker/fd/"*; do
		target=$(readlink "$fd")
		case $target in
		"$PWD/source" | "$PWD/report.json."* | "$PWD/second."*) ;;
		socket:*) channels=$((channels + 1)) ;;
		*) [ "$target" = "$(readlink "/proc/$$/fd/${fd##*/}")" ] || { echo "${fd##*/}: $target"; return 1; } ;; # the test runner's
		esac
	done
	[ "$channels" -eq 1 ]
	finish
}

@test "the worker ends with its parent, whatever ends that" {
	begin
	kill -9 "$pid"
	wait "$pid" || true
	pid=
	for _ in $(seq 20); do
		[ -e "/proc/$worker" ] || return 0
		grep -q '^State:.Z' "/proc/$worker/status" 2> /dev/null && return 0
		sleep 0.1
	done
	return 1
}

@test "a worker that dies is an error with exit code 3 and no report" {
	begin 2> said
	kill -SEGV "$worker"
	status=0
	wait "$pid" || status=$?
	pid=
	[ "$status" -eq 3 ]
	grep -q 'the scanning process crashed (Segmentation fault)' said
	run -1 compgen -G 'report*'
}

@test "a worker that the kernel kills for want of memory is said to be that" {
	begin 2> said
	kill -KILL "$worker"
	status=0
	wait "$pid" || status=$?
	pid=
	[ "$status" -eq 3 ]
	grep -q 'want of memory' said
	run -1 compgen -G 'report*'
}

@test "files and trees are scanned without any network" {
	for subject in "archive:$IMAGE" "oci:$IMAGES/skopeo-oci:app" "rootfs:$IMAGES/root"; do
		unshare --net "$BOLTSEAL" scan --format json --output report.json "$subject"
		diff <(e2e_same report.json) <("$BOLTSEAL" scan --format json "$subject" | e2e_same)
	done
}

@test "a person without rights scans what that person can read" {
	[ "$(setpriv --reuid 65534 --regid 65534 --clear-groups test -x "$BOLTSEAL" && echo yes)" = yes ] ||
		skip "the build directory is closed to other users"
	chmod 644 "$IMAGE" 2> /dev/null
	diff <(setpriv --reuid 65534 --regid 65534 --clear-groups "$BOLTSEAL" scan --format json archive:- < "$IMAGE" | e2e_same) \
		<("$BOLTSEAL" scan --format json archive:- < "$IMAGE" | e2e_same)
}

@test "a tree is read with the one right to read all of it, and no other" {
	mkdir tree
	mkfifo go
	cp -a "$IMAGES/root/etc" tree/etc
	mkdir -p tree/var/lib/dpkg tree/home
	cp -a "$IMAGES/root/var/lib/dpkg/status" tree/var/lib/dpkg/
	chown 1234 tree/var/lib/dpkg/status && chmod 600 tree/var/lib/dpkg/status
	ln -s /etc/shadow tree/etc/outside
	ln -s "$BATS_TEST_TMPDIR/home" tree/home/outside
	mkfifo tree/pipe
	"$BOLTSEAL" scan --format files --output files rootfs:tree
	run ! grep -q outside files
	grep -q "$(printf 'var/lib/dpkg/status$')" files
	[ "$("$BOLTSEAL" scan --format json rootfs:tree | jq '.packages | length')" -gt 80 ]
}

# A cgroup with so much memory, in $group; skips where none can be made.
cgroup_of() {
	local line path

	while IFS=: read -r _ line path; do
		case ,$line, in
		*,memory,*)
			group=/sys/fs/cgroup/memory$path/boltseal-$$
			mkdir "$group" 2> /dev/null && echo "$1" > "$group/memory.limit_in_bytes" && return 0
			;;
		,,)
			group=/sys/fs/cgroup$path/boltseal-$$
			mkdir "$group" 2> /dev/null && [ -e "$group/memory.max" ] && echo "$1" > "$group/memory.max" && return 0
			[ ! -d "$group" ] || rmdir "$group"
			;;
		esac
	done < /proc/self/cgroup
	group=
	skip "no memory cgroup can be made here"
}

@test "in a cgroup of 192 MiB the limit is seven eighths of that; outside, what --memory-limit says" {
	begin --memory-limit 200M
	[ "$(awk '/^Max data size/ { print $4 }' "/proc/$worker/limits")" -eq $((200 << 20)) ]
	finish
	exec 7<> source
	begin
	[ "$(awk '/^Max data size/ { print $4 }' "/proc/$worker/limits")" -eq $((256 << 20)) ]
	finish
	exec 7<> source
	cgroup_of $((192 << 20))
	sh -c 'echo $$ > "$1/cgroup.procs"; exec "$BOLTSEAL" scan --format json --output report.json archive:-' sh "$group" < source 7>&- &
	pid=$!
	head -c 60000000 "$IMAGE" >&7
	worker=$(cat "/proc/$pid/task/$pid/children")
	worker=${worker% }
	[ "$(awk '/^Max data size/ { print $4 }' "/proc/$worker/limits")" -eq $((168 << 20)) ]
	finish
}
