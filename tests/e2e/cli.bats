#!/usr/bin/env bats
# The command line as a person and a script meet it: exit codes, messages, help, outputs, terminals, interruption.
# BOLT_BUILD names the build directory.

bats_require_minimum_version 1.5.0

setup_file() {
	source "$BATS_TEST_DIRNAME/../lib/e2e.bash"
	lacks_root "making root file systems" && return 0
	lacks dockerd docker debootstrap skopeo umoci buildah npm jq && return 0
	e2e_needs
	IMAGES=$(e2e_images)
	export IMAGES IMAGE="$IMAGES/docker-save.tar"
	[ -d "$IMAGES/root" ]
}

setup() {
	source "$BATS_TEST_DIRNAME/../lib/e2e.bash"
	source "$E2E_LIB/services.sh"
	export SERVICES_STATE="$BATS_TEST_TMPDIR" SERVICES_PYTHON
	skip_if_told
	e2e_clean "$BATS_TEST_TMPDIR/home"
	mkdir "$BATS_TEST_TMPDIR/work"
	cd "$BATS_TEST_TMPDIR/work" || return 1
}

teardown() {
	stop_all
	cd /
	if mountpoint -q "$BATS_TEST_TMPDIR/small"; then
		umount "$BATS_TEST_TMPDIR/small"
	fi
}

# fails CODE TEXT ARGUMENT..: one line on standard error with TEXT in it, and nothing on standard output
fails() {
	local code=$1 text=$2
	shift 2
	run --separate-stderr "$BOLTSEAL" "$@"
	[ "$status" -eq "$code" ] || { echo "status $status: $stderr"; return 1; }
	[ -z "$output" ]
	[ "${#stderr_lines[@]}" -eq 1 ]
	[[ $stderr == boltseal:*"$text"* ]] || { echo "said: $stderr"; return 1; }
}

on_terminal() {
	"$SERVICES_PYTHON" "$E2E_LIB/pty_run.py" "$@"
}

# Colours and movements taken away, and what was wiped off a line again.
plain_text() {
	sed -E 's/.*\x1b\[2K//; s/\x1b\[[0-9;]*[A-Za-z]//g; s/\r//g'
}

widest() {
	"$SERVICES_PYTHON" -c '
import sys, unicodedata
print(max(sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line.rstrip("\n")) for line in open(sys.argv[1], encoding="utf-8")))' "$1"
}

@test "wrong usage is exit code 2 and says what is right" {
	fails 2 "nothing to scan: name a SUBJECT" scan
	fails 2 "nothing to scan: name a SUBJECT" scan ''
	fails 2 "no verb 'nonsense'; see boltseal --help" nonsense
	fails 2 "no verb 'nonsense'" help nonsense
	fails 2 "no option '--nope' for scan; see boltseal scan --help" scan --nope "$IMAGE"
	fails 2 "no option '-x'" scan -x "$IMAGE"
	fails 2 "--format wants a value" scan --format
	fails 2 "no format 'nope'; there are: table, json, html" scan --format nope "$IMAGE"
	fails 2 "one SUBJECT at a time: 'a' and 'b'" scan a b
	fails 2 "'12q' is not a size: write 256M" scan --memory-limit 12q "$IMAGE"
	fails 2 "at least 128M" scan --memory-limit 1M "$IMAGE"
	fails 2 "write REGISTRY=URL" scan --mirror x "$IMAGE"
	fails 2 "write OS/ARCH" scan --platform arm64 "$IMAGE"
	fails 2 "--quiet takes no value" scan --quiet=1 "$IMAGE"
	fails 2 "'x' is named twice" scan --format json --output x --format table --output x "$IMAGE"
	fails 2 "two formats for standard output" scan --format json --format purls "$IMAGE"
	fails 2 "no scanner 'telepathy'" scan --scanners telepathy "$IMAGE"
	fails 2 "bash, zsh or fish" completion
	fails 2 "bash, zsh or fish" completion tcsh
	fails 2 "version takes no 'x'" version x
	[ -z "$(ls)" ]
}

@test "what cannot be done is exit code 3 and says what, on what, and why" {
	fails 3 "archive:none.tar: cannot open archive 'none.tar': No such file or directory" scan archive:none.tar
	fails 3 "'./none': no such file or directory" scan ./none
	fails 3 "neither a file or directory here nor an image name" scan Foo
	fails 3 "cannot open rootfs '$IMAGE': Not a directory" scan "rootfs:$IMAGE"
	fails 3 "not a bill of materials" scan "sbom:$IMAGE"
	fails 3 "127.0.0.1" scan "registry:127.0.0.1:$(free_port)/app:1"
	fails 3 "nosocket" scan --engine-socket nosocket docker:app
	echo hello > text
	fails 3 "archive:text" scan archive:text
	: > empty
	fails 3 "archive:empty" scan archive:empty
}

@test "no argument at all shows the help, as wrong usage" {
	run -2 "$BOLTSEAL"
	[[ $output == *"Usage: boltseal VERB"* ]]
}

@test "--help of the program and of each verb: every option, format, exit code, and examples" {
	run -0 "$BOLTSEAL" --help
	for word in scan sbom version man completion docker: registry: oci: archive: rootfs: dir: sbom:; do
		[[ $output == *"  $word"* ]] || { echo "no $word"; return 1; }
	done
	[[ $output == *"Exit codes:"* ]]
	for verb in scan sbom; do
		run -0 "$BOLTSEAL" $verb --help
		[[ $output == *"Usage: boltseal $verb [OPTIONS] SUBJECT"*"Examples:"*"  boltseal $verb "* ]]
		for format in table json cyclonedx spdx-json purls files; do
			[[ $output == *$'\n'"  $format "* ]]
		done
		diff <(printf '%s\n' "$output") <("$BOLTSEAL" help $verb)
	done
	[ "$(awk 'length > 132' <<< "$output")" = "" ]
	run -0 "$BOLTSEAL" version
	[[ $output =~ ^boltseal\ [0-9]+\.[0-9]+\.[0-9]+$ ]]
	[ "$("$BOLTSEAL" --version)" = "$output" ]
}

@test "a family of verbs is known by the verbs in it" {
	run -2 --separate-stderr "$BOLTSEAL" db
	[[ $stderr == *"Usage: boltseal db VERB"*"  db import "* && -z $output ]]
	run -0 "$BOLTSEAL" db --help
	[[ $output == *"  db explain "* && $output != *"  scan "* ]]
	diff <(printf '%s\n' "$output") <("$BOLTSEAL" help db)
	run -0 "$BOLTSEAL" help db import
	[[ $output == *"Usage: boltseal db import [OPTIONS] FILE|DIR..."*"--allow-shrink"* ]]
	diff <(printf '%s\n' "$output") <("$BOLTSEAL" db import --help)
	fails 2 "no verb 'db nonesuch'" db nonesuch
	fails 2 "no verb 'db nonesuch'" help db nonesuch
	fails 2 "no verb 'nonesuch'" nonesuch
	fails 2 "nothing to import" db import
	fails 2 "nothing to explain" db explain
}

@test "the examples of --help are commands that parse" {
	"$BOLTSEAL" scan --help | sed -n 's/^  boltseal //p' > examples
	"$BOLTSEAL" sbom --help | sed -n 's/^  boltseal //p' >> examples
	[ "$(wc -l < examples)" -ge 8 ]
	while read -r line; do
		# shellcheck disable=SC2086 # words
		DOCKER_HOST=unix:///nonexistent timeout 20 "$BOLTSEAL" $line --mirror docker.io=http://127.0.0.1:1 > /dev/null 2> said || [ $? -ne 2 ] ||
			{ echo "boltseal $line: $(cat said)"; return 1; }
	done < <(grep -v 'dir:\.\|debian:12\|app:latest' examples)
}

@test "the manual page has every option and no mistakes" {
	command -v groff > /dev/null || skip "groff is not installed"
	"$BOLTSEAL" man > boltseal.1
	groff -man -ww -Tutf8 -z boltseal.1 2> said
	[ ! -s said ]
	groff -man -Tutf8 boltseal.1 | plain_text | sed 's/.\x08//g' > page
	for verb in scan sbom 'db import' 'db status' version; do
		# shellcheck disable=SC2086 # two words
		for option in $("$BOLTSEAL" $verb --help | grep -oE '^ +(-., )?--[a-z-]+' | grep -oE -- '--[a-z-]+'); do
			tr '‐−' '--' < page | grep -qF -- "$option" || grep -qF -- "$option" page || { echo "no $option"; return 1; }
		done
	done
	for section in NAME SYNOPSIS SUBJECTS FORMATS 'EXIT STATUS'; do
		grep -qE "^$section" page
	done
	command -v man > /dev/null || return 0
	man -l boltseal.1 < /dev/null | grep -q BOLTSEAL
}

# completed WORD..: what bash offers for the last word
completed() {
	bash --norc --noprofile -c '
		compopt() { :; }
		source ./completion
		COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
		$(complete -p boltseal | sed "s/.*-F \([^ ]*\).*/\1/")
		printf "%s\n" "${COMPREPLY[@]}"' bash "$@"
}

@test "bash completes verbs, options, formats and kinds of subject" {
	"$BOLTSEAL" completion bash > completion
	bash -n completion
	completed boltseal s | grep -qx scan
	completed boltseal '' | grep -qx completion
	"$BOLTSEAL" scan --help | grep -oE '^ +(-., )?--[a-z-]+' | grep -oE -- '--[a-z-]+' | sort > expected
	completed boltseal scan -- | sort | diff expected -
	[ "$(completed boltseal scan --memory)" = --memory-limit ]
	completed boltseal sbom --format spdx | grep -qx spdx-json
	completed boltseal sbom -f cyc | grep -qx cyclonedx-1.6
	completed boltseal scan arch | grep -qx archive:
	[ "$(completed boltseal completion z)" = zsh ]
	completed boltseal d | grep -qx db
	[ "$(completed boltseal db im)" = import ]
	[ "$(completed boltseal db import --allow-s)" = --allow-shrink ]
	[ -z "$(completed boltseal db status --allow)" ]
}

@test "zsh completes options and formats" {
	command -v zsh > /dev/null || skip "zsh is not installed"
	"$BOLTSEAL" completion zsh > _boltseal
	zsh -n _boltseal
	cat > ask.zsh <<- 'END'
		zmodload zsh/zpty
		zpty -b shell zsh -f -i
		zpty -w shell "PS1=READY; PROMPT_EOL_MARK=; fpath=($1 \$fpath); autoload -Uz compinit; compinit -u -D; LISTMAX=1000; path=($2 \$path)"
		sleep 1
		zpty -w -n shell "boltseal $3"$'\t\t'
		sleep 2
		while zpty -r -t shell out; do print -rn -- "$out"; done
		zpty -d shell
	END
	zsh -f ask.zsh "$PWD" "$BOLT_BUILD" 'scan --mem' | plain_text | grep -q -- '--memory-limit'
	zsh -f ask.zsh "$PWD" "$BOLT_BUILD" 'sbom --format spdx-' | plain_text | grep -q spdx-json
	zsh -f ask.zsh "$PWD" "$BOLT_BUILD" 'db exp' | plain_text | grep -q -e 'explain' -e 'export'
	zsh -f ask.zsh "$PWD" "$BOLT_BUILD" 'db import --allow' | plain_text | grep -q -- '--allow-shrink'
}

@test "fish completes options, formats and verbs" {
	command -v fish > /dev/null || skip "fish is not installed"
	"$BOLTSEAL" completion fish > boltseal.fish
	fish --no-execute boltseal.fish
	offered() {
		fish --no-config -c 'source boltseal.fish; complete -C "'"$1"'"' | cut -f 1
	}
	offered 'boltseal s' | grep -qx scan
	offered 'boltseal scan --mem' | grep -qx -- --memory-limit
	offered 'boltseal sbom --format cyc' | grep -qx cyclonedx-1.6
	offered 'boltseal d' | grep -qx db
	offered 'boltseal db im' | grep -qx import
	offered 'boltseal db import --allow' | grep -qx -- --allow-shrink
	[ -z "$(offered 'boltseal db status --allow')" ]
}

@test "several formats in one run: each in its own file, one on standard output" {
	"$BOLTSEAL" scan --format json --output r.json --format cyclonedx -o r.cdx -f table "$IMAGE" > table
	[ "$(jq '.packages | length' r.json)" -gt 100 ]
	[ "$(jq -r .bomFormat r.cdx)" = CycloneDX ]
	grep -q '^Removed by a later layer' table
}

@test "several formats in one run, the third on standard output by name" {
	"$BOLTSEAL" scan -ojson.out -fjson -f purls -o - -f table -o table "$IMAGE" > purls
	[ "$(jq -r .schema json.out)" = boltseal.report/1 ]
	[ "$(grep -c '^pkg:' purls)" -eq "$(wc -l < purls)" ]
	grep -q bolt-probe table
	diff <(jq -r .packages[].purl json.out | sort) <(sort purls)
}

@test "variables stand for options, options go before variables, and a wrong one is named" {
	BOLTSEAL_FORMAT=purls "$BOLTSEAL" scan "$IMAGE" | grep -q '^pkg:deb/debian/bash@'
	BOLTSEAL_FORMAT=purls "$BOLTSEAL" scan -f json "$IMAGE" | jq -e .schema
	BOLTSEAL_FORMAT=purls "$BOLTSEAL" scan -o file "$IMAGE"
	grep -q '^pkg:deb/debian/bash@' file
	BOLTSEAL_OUTPUT=other "$BOLTSEAL" scan -f json "$IMAGE"
	jq -e .schema other
	BOLTSEAL_OUTPUT=unused BOLTSEAL_FORMAT=json "$BOLTSEAL" scan -o used "$IMAGE"
	jq -e .schema used
	[ ! -e unused ]
	BOLTSEAL_MEMORY_LIMIT=lots fails 2 "BOLTSEAL_MEMORY_LIMIT: 'lots' is not a size" scan "$IMAGE"
	BOLTSEAL_MEMORY_LIMIT=lots "$BOLTSEAL" version
	BOLTSEAL_PLATFORM=nonsense fails 2 "BOLTSEAL_PLATFORM" scan "$IMAGE"
	tar -xf "$IMAGE" && tar -c -- * | head -c 60000000 > cut.tar
	BOLTSEAL_STRICT=1 fails 3 cut.tar scan cut.tar
}

# damaged FILE..: an image in layout, with a package database at each path that is none
damaged() {
	for file in "$@"; do
		mkdir -p "tree/$(dirname "$file")"
		echo '{' > "tree/$file"
	done
	rm -rf layout
	e2e_layout tree layout
}

@test "a flag's variable: 1, true, yes, on or 0, false, no, off, and nothing else" {
	damaged var/lib/dpkg/status
	for word in 1 true yes on TRUE; do
		BOLTSEAL_STRICT=$word fails 3 var/lib/dpkg/status scan layout
	done
	for word in 0 false no off False ''; do
		BOLTSEAL_STRICT=$word "$BOLTSEAL" scan -f json -o report layout
		[ "$(jq '.warnings | length' report)" -eq 1 ]
	done
	for word in flase 2 ' '; do
		BOLTSEAL_INSECURE=$word fails 2 "BOLTSEAL_INSECURE: '$word' is neither 1, true, yes, on nor 0, false, no, off" scan "$IMAGE"
	done
}

@test "a name with a tag is an image's name, whatever is called like it here, unless that holds images" {
	store=127.0.0.1:$(free_port)
	mkdir -p app/etc
	echo root:x:0:0::/: > app/etc/passwd
	echo '#!/bin/sh' > tool
	for name in app tool; do
		run --separate-stderr "$BOLTSEAL" scan --engine-socket none --mirror "docker.io=http://$store" $name:latest
		[ "$status" -eq 3 ]
		[[ $stderr == *"note: taken from a registry, as registry:docker.io/library/$name:latest"* ]] || { echo "said: $stderr"; return 1; }
		[ -z "$output" ]
	done
	fails 3 "oci:app:latest" scan oci:app:latest
	[ "$("$BOLTSEAL" scan -f json app | jq -r .subject.kind)" = rootfs ]
	cp "$IMAGE" saved
	cp -r "$IMAGES/skopeo-oci" layout
	gzip -1 < "$IMAGE" > packed
	tag=$(tar -xOf "$IMAGE" manifest.json | jq -r '.[0].RepoTags[0]')
	for subject in "saved:$tag" "packed:$tag" layout:app "archive:saved:$tag" oci:layout:app; do
		"$BOLTSEAL" scan -f json "$subject" | jq -e '.packages | length > 100' || { echo "for $subject"; return 1; }
	done
	fails 3 "layout" scan layout:none
}

@test "an image's name: from Docker or a registry, which is said; a daemon that cannot tell is an error, not a registry" {
	DOCKER_HOST=tcp://127.0.0.1:1 fails 3 "cannot tell whether Docker has it: DOCKER_HOST is 'tcp://127.0.0.1:1'" scan app:1
	"$SERVICES_PYTHON" "$E2E_LIB/fake_engine.py" docker.sock 2> requests 3>&- &
	_services_remember $!
	until [ -S docker.sock ]; do sleep 0.05; done
	nowhere=(--engine-socket docker.sock --mirror docker.io=http://127.0.0.1:1)
	fails 3 "cannot tell whether Docker has it: " scan "${nowhere[@]}" broken
	[[ $stderr == *"hamsters"*"; say docker:broken or registry:broken to choose" ]]
	fails 3 "--base broken: cannot tell whether Docker has it: " scan "${nowhere[@]}" --base broken "$IMAGE"
	run -3 --separate-stderr "$BOLTSEAL" scan "${nowhere[@]}" none
	[ "${stderr_lines[0]}" = "boltseal: note: taken from a registry, as registry:docker.io/library/none" ]
	fails 3 none scan --quiet "${nowhere[@]}" none
	run -3 --separate-stderr "$BOLTSEAL" scan "${nowhere[@]}" fine
	[ "${stderr_lines[0]}" = "boltseal: note: taken from Docker, as docker:fine" ]
	[[ ${stderr_lines[1]} == *"hamsters"* ]]
	command -v setpriv > /dev/null || return 0
	reachable=$(mktemp -d) # the test's own directory is closed to others
	cp "$BOLTSEAL" "$reachable/boltseal" && chmod 755 "$reachable"
	: > "$reachable/docker.sock" && chmod 600 "$reachable/docker.sock"
	run -3 --separate-stderr setpriv --reuid 65534 --regid 65534 --clear-groups "$reachable/boltseal" scan \
		--engine-socket "$reachable/docker.sock" app:1
	rm -rf "$reachable"
	[[ $stderr == *"cannot tell whether Docker has it: no permission for "*"; say docker:app:1 or registry:app:1 to choose" ]]
}

@test "a password is read to its end, and one that is too long is an error" {
	for n in 1024 5000; do
		head -c $n /dev/zero | tr '\0' x > password
		fails 3 "the password in 'password' is longer than 1023 bytes" scan --username a --password-file password registry:127.0.0.1:1/a:1
	done
	fails 3 "cannot read the password from 'none': No such file" scan --username a --password-file none registry:127.0.0.1:1/a:1
	cat > basic.py <<- 'END'
		import http.server
		class Handler(http.server.BaseHTTPRequestHandler):
		    def do_GET(self):
		        open("seen", "a").write(self.headers.get("Authorization", "nobody") + "\n")
		        self.send_response(401)
		        self.send_header("WWW-Authenticate", 'Basic realm="x"')
		        self.send_header("Content-Length", "0")
		        self.end_headers()
		    do_HEAD = do_GET
		server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
		open("port", "w").write(str(server.server_port))
		server.serve_forever()
	END
	"$SERVICES_PYTHON" basic.py 2> requests 3>&- &
	_services_remember $!
	until [ -s port ]; do sleep 0.05; done
	(printf sec; sleep 0.3; printf 'ret\n') |
		run -3 "$BOLTSEAL" scan --username me --password-file - --plain-http "registry:127.0.0.1:$(cat port)/a:1"
	grep -qx "Basic $(printf me:secret | base64)" seen
}

@test "warnings are told of when no report tells them" {
	damaged var/lib/dpkg/status
	for format in purls files cyclonedx spdx; do
		"$BOLTSEAL" scan -f $format layout 2> said > /dev/null
		[ "$(cat said)" = "boltseal: note: 1 warning; see it with --format table or json" ]
		"$BOLTSEAL" scan --quiet -f $format layout 2> said > /dev/null
		[ ! -s said ]
	done
	damaged app/node_modules/a/package.json
	"$BOLTSEAL" sbom -o report layout 2> said
	[ "$(cat said)" = "boltseal: note: 2 warnings; see them with --format table or json" ]
	for format in table json; do
		"$BOLTSEAL" scan -f purls -o purls -f $format layout 2> said > /dev/null
		[ ! -s said ]
	done
	"$BOLTSEAL" scan -f purls "$IMAGE" 2> said > /dev/null
	[ ! -s said ]
}

@test "report files are in place whatever becomes of standard output" {
	for to in '| true' '>&-' '> /dev/full'; do
		rm -f one two
		run --separate-stderr bash -c 'set -o pipefail; "$BOLTSEAL" scan -f json -f cyclonedx -o one -f purls -o two "$IMAGE" '"$to"
		[ "$status" -eq 3 ]
		jq -e .bomFormat one
		grep -q '^pkg:' two
		[ "$to" != '| true' ] || [ -z "$stderr" ]
		[ "$to" = '| true' ] || [[ $stderr == *"standard output"* ]]
	done
}

@test "a report file that was there keeps its mode and its owner" {
	echo before > report
	chown 1234:2345 report
	for mode in 600 640 666; do
		chmod $mode report
		"$BOLTSEAL" scan --output report "$IMAGE"
		[ "$(stat -c '%a %u %g' report)" = "$mode 1234 2345" ]
	done
	grep -q bolt-probe report
}

@test "an output file is there whole or not at all, and what was there stays when the scan fails" {
	echo before > report
	fails 3 none.tar scan --format json --output report archive:none.tar
	[ "$(cat report)" = before ]
	fails 3 "cannot write 'nowhere/report'" scan --format table --output report --format json --output nowhere/report "$IMAGE"
	[ "$(cat report)" = before ]
	[ "$(ls)" = report ]
	rm report
	umask 027
	"$BOLTSEAL" scan --output report "$IMAGE"
	[ "$(stat -c %a report)" = 640 ]
	[ "$(ls)" = report ]
}

@test "a full disk: exit code 3, no file, nothing left over" {
	mkdir "$BATS_TEST_TMPDIR/small"
	mount -t tmpfs -o size=32k none "$BATS_TEST_TMPDIR/small" || skip "a small file system cannot be mounted here"
	fails 3 "No space left on device" scan --format json --output "$BATS_TEST_TMPDIR/small/report" "$IMAGE"
	[ -z "$(ls -A "$BATS_TEST_TMPDIR/small")" ]
	TMPDIR="$BATS_TEST_TMPDIR/small" fails 3 "No space left on device" scan --format json "$IMAGE"
	mount -o remount,ro "$BATS_TEST_TMPDIR/small"
	fails 3 "Read-only file system" scan --output "$BATS_TEST_TMPDIR/small/report" "$IMAGE"
}

@test "standard output that cannot take the report: full, closed, or a reader that has had enough" {
	run --separate-stderr bash -c '"$BOLTSEAL" scan -f json "$IMAGE" > /dev/full'
	[ "$status" -eq 3 ]
	[[ $stderr == *"standard output: No space left on device"* ]]
	run --separate-stderr bash -c '"$BOLTSEAL" scan -f json "$IMAGE" >&-'
	[ "$status" -eq 3 ]
	[ -n "$stderr" ]
	"$BOLTSEAL" scan -f json "$IMAGE" 2> said | head -c 10 > /dev/null
	[ ! -s said ]
}

@test "in a pipe: no colours, no cut columns, nothing on standard error" {
	"$BOLTSEAL" scan "$IMAGE" > table 2> said
	[ ! -s said ]
	run ! grep -q $'\x1b' table
	run ! grep -q '…' table
	for package in $(jq -r '.packages[] | .name' <("$BOLTSEAL" scan -f json "$IMAGE")); do
		grep -qF -- "  $package " table || { echo "no $package"; return 1; }
	done
}

@test "on a terminal: colours, and never wider than it is" {
	for columns in 60 80 200; do
		on_terminal --columns $columns "$BOLTSEAL" scan "$IMAGE" > shown
		plain_text < shown > table
		[ "$(widest table)" -le "$columns" ] || { echo "$(widest table) of $columns columns"; return 1; }
		grep -q $'\x1b\\[[0-9;]*m' shown
		grep -q 'bolt-probe' table
	done
	[ "$("$BOLTSEAL" scan -f json "$IMAGE" | jq -r .subject.image_id)" = "$(sed -n 's/^  image id  //p' table)" ] # not cut
	sed -n '/^Packages/,$p' table > packages
	[ "$(wc -l < packages)" -gt 100 ]
	run ! grep -q '…' packages
}

@test "NO_COLOR, --no-color and its variable: the same table without colours" {
	on_terminal --columns 100 "$BOLTSEAL" scan "$IMAGE" | plain_text | sed 's/ [0-9.]* s$//' > expected
	for how in "env NO_COLOR=1 $BOLTSEAL scan" "$BOLTSEAL scan --no-color" "env BOLTSEAL_NO_COLOR=1 $BOLTSEAL scan"; do
		# shellcheck disable=SC2086 # words
		on_terminal --columns 100 $how "$IMAGE" > shown
		run ! grep -q $'\x1b\\[[0-9;]*m' shown
		plain_text < shown | sed 's/ [0-9.]* s$//' | diff expected -
	done
	on_terminal --columns 100 env NO_COLOR= "$BOLTSEAL" scan "$IMAGE" | grep -q $'\x1b\\[[0-9;]*m' # empty: not set (no-color.org)
}

# slowly: an archive that takes a few seconds to come
slowly() {
	"$SERVICES_PYTHON" -c '
import sys, time
data = open(sys.argv[1], "rb").read()
step = len(data) // 20 + 1
for at in range(0, len(data), step):
    sys.stdout.buffer.write(data[at:at + step])
    sys.stdout.buffer.flush()
    time.sleep(0.1)' "$IMAGES/skopeo-oci-archive.tar"
}

@test "a progress bar on the terminal for a slow source, gone at the end, and never in the report" {
	export -f slowly
	on_terminal --columns 70 --pipe-stdout bash -c 'slowly | "$BOLTSEAL" scan -f json -' > shown
	[ "$(grep -c 'MB\|MiB' <(head -n 1 shown | tr '\r' '\n'))" -ge 3 ]
	head -n 1 shown | tr '\r' '\n' | plain_text > frames
	[ "$(widest frames)" -le 70 ]
	sed 's/.*\x1b\[2K//' shown | jq -e '.packages | length > 100'
	for off in --quiet --no-progress; do
		on_terminal --pipe-stdout bash -c "slowly | \"\$BOLTSEAL\" scan $off -f json -" > shown
		run ! grep -q $'\r' shown
		jq -e .schema shown
	done
}

# stalled: an archive that comes no further
begin_stalled() {
	mkfifo source
	exec 7<> source
	head -c 50000 "$IMAGE" >&7
}

# The worker of the scan $pid, in $worker, once it has settled.
await_worker() {
	until worker=$(cat "/proc/$pid/task/$pid/children") && [ -n "$worker" ]; do
		kill -0 "$pid" || return 1
		sleep 0.05
	done
	worker=${worker% }
	sleep 0.2
}

@test "Ctrl-C stops at once and leaves no file and no process" {
	begin_stalled
	status=0
	started=$(date +%s%N)
	on_terminal --type 1 ^C bash -c 'exec "$BOLTSEAL" scan --format json --output report archive:- < source 7>&-' > shown || status=$?
	took=$((($(date +%s%N) - started) / 1000000))
	[ "$status" -eq 130 ]
	[ "$took" -lt 2500 ] || { echo "$took ms"; return 1; }
	[ "$(ls)" = $'shown\nsource' ]
}

@test "SIGTERM, SIGHUP and SIGINT: the same, and the exit status says which; nohup is respected" {
	begin_stalled
	for signal in TERM HUP INT; do
		"$BOLTSEAL" scan --format json --output report archive:- < source 7>&- 2> said &
		pid=$!
		await_worker
		[ "$(compgen -G 'report*' | wc -l)" -eq 1 ]
		kill -$signal $pid
		status=0
		wait $pid || status=$?
		[ "$status" -eq $((128 + $(kill -l $signal))) ]
		[ ! -e "/proc/$worker" ]
		[ ! -s said ]
		run -1 compgen -G 'report*'
	done
	(trap '' HUP; exec "$BOLTSEAL" scan --format json --output report archive:- < source 7>&-) &
	pid=$!
	await_worker
	kill -HUP $pid
	sleep 0.3
	kill -0 $pid
	kill -TERM $pid
	wait $pid || [ $? -eq 143 ]
}

@test "--timeout: exit code 3 and a reason, no file and no process; a scan that is in time does not notice" {
	begin_stalled
	"$BOLTSEAL" scan --timeout 1s --format json --output report archive:- < source 7>&- 2> said &
	pid=$!
	await_worker
	status=0
	wait $pid || status=$?
	[ "$status" -eq 3 ]
	grep -q "^boltseal: archive:-: not done in the time that --timeout gives: nothing was written$" said
	[ ! -e "/proc/$worker" ]
	run -1 compgen -G 'report*'
	"$BOLTSEAL" scan --timeout 10m --format json --output report "archive:$IMAGE"
	[ -s report ]
	run -2 "$BOLTSEAL" scan --timeout 5x "archive:$IMAGE"
	[[ "$output" == *"--timeout: '5x' is not a duration: write 30s, 5m or 1h"* ]]
}

@test "--timeout while a registry is silent" {
	printf '%s\n' 'import socket, sys, time' 's = socket.socket(); s.bind(("127.0.0.1", 0)); s.listen()' \
		'open(sys.argv[1], "w").write(str(s.getsockname()[1]))' 'time.sleep(60)' > silent.py
	"$SERVICES_PYTHON" silent.py port 3>&- &
	_services_remember $!
	until [ -s port ]; do sleep 0.05; done
	run -3 timeout 10 "$BOLTSEAL" scan --timeout 1 --format json --output report "registry:127.0.0.1:$(cat port)/app:1"
	[[ "$output" == *"--timeout"* ]]
	run -1 compgen -G 'report*'
}

@test "Ctrl-C while a registry is silent, before and in the middle of the image" {
	printf '%s\n' 'import socket, sys, time' 's = socket.socket(); s.bind(("127.0.0.1", 0)); s.listen()' \
		'open(sys.argv[1], "w").write(str(s.getsockname()[1]))' 'time.sleep(60)' > silent.py
	"$SERVICES_PYTHON" silent.py port 3>&- &
	_services_remember $!
	until [ -s port ]; do sleep 0.05; done
	silent=$(cat port)
	store=127.0.0.1:$(free_port)
	start_registry "$BATS_TEST_TMPDIR/registry" "${store#*:}"
	skopeo --insecure-policy copy -q --dest-tls-verify=false "oci:$IMAGES/skopeo-oci:app" "docker://$store/app:1"
	: > requests
	start_python proxy "$PWD" flaky_proxy.py --requests requests --upstream "$store" --fault stall=1000000
	for at in "127.0.0.1:$silent" "127.0.0.1:$(cat proxy.port)"; do
		"$BOLTSEAL" scan --format json --output report "registry:$at/app:1" 2> said &
		pid=$!
		sleep 1.5
		kill -0 $pid
		started=$(date +%s%N)
		kill -INT $pid
		status=0
		wait $pid || status=$?
		[ "$status" -eq 130 ]
		took=$((($(date +%s%N) - started) / 1000000))
		[ "$took" -lt 2000 ] || { echo "$took ms for $at"; return 1; }
		run -1 compgen -G 'report*'
	done
}

@test "every kind of package record is listed" {
	run -0 "$BOLTSEAL" scan --list-catalogers
	for row in dpkg rpm-sqlite rpm-ndb rpm-bdb apk npm elf; do
		[[ $output == *"$row "* ]] || { echo "no $row"; return 1; }
	done
}
