#!/usr/bin/env bats
# What the process that reads foreign bytes may do, seen from outside while it reads: nothing but read on.
# BOLT_BUILD names the build directory.

bats_require_minimum_version 1.5.0

setup_file() {
	source "$BATS_TEST_DIRNAME/../lib/e2e.bash"
	lacks_root "making root file systems" && return 0
	lacks dockerd docker debootstrap skopeo umoci buildah npm jq unshare setpriv && return 0
	e2e_needs
	if nm "$BOLTSEAL" 2> /dev/null | grep -q __asan_init; then
		skip_file "builds with a sanitizer have no sandbox"
		return 0
	fi
	IMAGES=$(e2e_images)
	export IMAGES IMAGE="$IMAGES/docker-save.tar"
	[ -d "$IMAGES/root" ]
}

setup() {
	source "$BATS_TEST_DIRNAME/../lib/e2e.bash"
	skip_if_told
	e2e_clean "$BATS_TEST_TMPDIR/home"
	LAUNCH=()
	cd "$BATS_TEST_TMPDIR" || return 1
	mkfifo source
	exec 7<> source
}

teardown() {
	{ exec 7>&-; } 2> /dev/null || true # not open when the test was skipped
	[ -z "$pid" ] || kill -9 "$pid" 2> /dev/null || true
	[ -z "$group" ] || {
		wait "$pid" 2> /dev/null || true
		rmdir "$group"
	}
}

# begin [OPTION..]: a scan of an archive of which half has come; its process in $pid, that of its worker in $worker
begin() {
	"${LAUNCH[@]}" "$BOLTSEAL" scan --format json --output report.json "$@" archive:- < source 7>&- &
	pid=$!
	head -c 60000000 "$IMAGE" >&7
	find_worker
}

find_worker() {
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
	for name in Uid Gid; do # not root, whose files it could write whatever its capabilities
		[ "$(awk -v name="$name:" '$1 == name { print $2, $3, $4, $5 }' "/proc/$worker/status")" = "65534 65534 65534 65534" ]
	done
	[ -z "$(status_of Groups)" ]
	finish
}

# where_in PID TEXT..: the memory of a process in which one of the texts is, one line a place
where_in() {
	/usr/bin/python3 - "$@" <<- 'END'
		import sys
		pid, texts = sys.argv[1], [text.encode() for text in sys.argv[2:]]
		looked_at = 0
		with open(f"/proc/{pid}/maps") as maps, open(f"/proc/{pid}/mem", "rb", 0) as memory:
		    for line in maps:
		        first, last = (int(text, 16) for text in line.split()[0].split("-"))
		        if "r" not in line.split()[1] or line.rstrip().endswith(("[vvar]", "[vvar_vclock]", "[vsyscall]")):
		            continue
		        memory.seek(first)
		        held = b""
		        while first + len(held) < last and (part := memory.read(last - first - len(held))):
		            held += part
		        looked_at += len(held)
		        for text in texts:
		            if text in held:
		                print(text.decode(), line.rstrip())
		assert looked_at > 1000000
	END
}

@test "no password, token or environment is in the worker's memory" {
	# A registry that takes connections and says nothing holds both processes where they are.
	/usr/bin/python3 -c 'import socket, time; s = socket.create_server(("127.0.0.1", 0))
print(s.getsockname()[1], file=open("port", "w"), flush=True); time.sleep(60)' 3>&- 7>&- &
	holder=$!
	for _ in $(seq 50); do [ -s port ] && break; sleep 0.1; done
	mkdir -p "$HOME/.docker"
	registry=127.0.0.1:$(cat port)
	printf '{"auths":{"%s":{"auth":"%s"}}}' "$registry" "$(printf 'somebody:canary-of-config' | base64 -w0)" > "$HOME/.docker/config.json"
	echo canary-of-file > password
	for options in "" "--username somebody --password-file password"; do
		# shellcheck disable=SC2086
		https_proxy=http://u:canary-of-proxy@127.0.0.1:1 CI_TOKEN=canary-of-environment \
			"$BOLTSEAL" scan --format json --output report.json $options "registry:$registry/app:1" 7>&- &
		pid=$!
		sleep 1
		find_worker
		[ -n "$(where_in "$worker" "$registry")" ] # that it is looked at at all
		[ -n "$(where_in "$pid" canary-of-environment)" ]
		[ -z "$options" ] || [ -n "$(where_in "$pid" canary-of-file)" ]
		run where_in "$worker" canary-of-file canary-of-config Y2FuYXJ5 canary-of-proxy canary-of-environment
		[ "$status" -eq 0 ] && [ -z "$output" ]
		[ -z "$(tr -d '\0' < "/proc/$worker/environ")" ]
		kill "$pid"
		wait "$pid" || true
		pid=
	done
	kill "$holder"
}

# A registry with one image, the layout LAYOUT, for whoever gives a password: serve LAYOUT; its port is in the file port
serve() {
	/usr/bin/python3 - "$1" 3>&- 7>&- <<- 'END' &
		import http.server, json, sys
		class Handler(http.server.BaseHTTPRequestHandler):
		    def do_GET(self):
		        digest = json.load(open(sys.argv[1] + "/index.json"))["manifests"][0]["digest"]
		        name = digest if "/manifests/" in self.path else self.path.rsplit("/", 1)[1]
		        known = self.headers.get("Authorization")
		        body = open(f"{sys.argv[1]}/blobs/sha256/{name[7:]}", "rb").read() if known else b""
		        self.send_response(200 if known else 401)
		        self.send_header("WWW-Authenticate", 'Basic realm="x"')
		        self.send_header("Content-Type", "application/vnd.oci.image.manifest.v1+json")
		        self.send_header("Content-Length", str(len(body)))
		        self.end_headers()
		        self.wfile.write(body)
		    def log_message(self, *arguments):
		        pass
		server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
		print(server.server_port, file=open("port", "w"), flush=True)
		server.serve_forever()
	END
	holder=$!
	for _ in $(seq 50); do [ -s port ] && break; sleep 0.1; done
}

@test "nor is what --base was fetched with" {
	serve "$IMAGES/skopeo-oci"
	mkdir -p "$HOME/.docker"
	registry=127.0.0.1:$(cat port)
	secret=$(printf 'somebody:canary-of-config' | base64 -w0)
	printf '{"auths":{"%s":{"auth":"%s"}}}' "$registry" "$secret" > "$HOME/.docker/config.json"
	begin --base "registry:$registry/app:1"
	run where_in "$worker" canary-of-config "$secret"
	[ "$status" -eq 0 ] && [ -z "$output" ]
	tail -c +60000001 "$IMAGE" >&7
	exec 7>&-
	wait "$pid"
	pid=
	[ "$(jq -r '[.subject.layers[].origin] | unique | join(",")' report.json)" = base ]
	kill "$holder"
}

@test "the worker holds no file but its input, its outputs and the channel to its parent" {
	begin --format table --output second
	channels=0
	for fd in "/proc/$worker/fd/"*; do
		target=$(readlink "$fd")
		case $target in
		"$PWD/source" | "$PWD/report.json."* | "$PWD/second."*) ;;
		"/memfd:record (deleted)") ;; # what the store keeps of the image
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

@test "who starts it with SIGCHLD ignored is told the same" {
	LAUNCH=(env --ignore-signal=CHLD)
	begin 2> said
	kill -SEGV "$worker"
	status=0
	wait "$pid" || status=$?
	pid=
	[ "$status" -eq 3 ]
	grep -q 'the scanning process crashed (Segmentation fault)' said
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
