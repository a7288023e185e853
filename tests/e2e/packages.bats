#!/usr/bin/env bats
# What boltseal finds in real systems against what their own package managers say of them. BOLT_BUILD names the build directory.

bats_require_minimum_version 1.5.0

setup_file() {
	source "$BATS_TEST_DIRNAME/../lib/e2e.bash"
	lacks_root "making root file systems" && return 0
	lacks debootstrap dpkg-query jq rpm rpmbuild db5.3_load && return 0
	e2e_needs
	export W="$BATS_FILE_TMPDIR" REAL_HOME="$HOME"
	RPM=$(e2e_cached rpm make_rpm_roots.sh rpm_databases.py -- "$E2E_LIB/make_rpm_roots.sh")
	export RPM
	[ -d "$RPM" ]
}

setup() {
	source "$BATS_TEST_DIRNAME/../lib/e2e.bash"
	skip_if_told
	e2e_clean "$BATS_TEST_TMPDIR/home"
	cd "$BATS_TEST_TMPDIR" || return 1
}

teardown() {
	rm -rf "$BATS_TEST_TMPDIR"/{root,layout}
}

# scanned SUBJECT: its report in ./report.json, with nothing to warn about
scanned() {
	"$BOLTSEAL" scan --format json --output report.json "$1"
	[ "$(jq -c '[.warnings[] | select(.code != "sandbox-reduced")]' report.json)" = "[]" ]
}

debian_packages() {
	jq -r '.packages[] | select(.ecosystem == "deb") | [.name, .version, .arch, .source.name, .source.version] | @tsv' report.json |
		LC_ALL=C sort
}

told_by_dpkg() {
	dpkg-query --admindir "$1/var/lib/dpkg" -W \
		-f '${db:Status-Status}\t${Package}\t${Version}\t${Architecture}\t${source:Package}\t${source:Version}\n' |
		sed -n 's/^installed\t//p' | LC_ALL=C sort
}

# same_as_dpkg SUITE LEAST
same_as_dpkg() {
	"$E2E_LIB/make_debian_root.sh" "$1" root
	chroot root dpkg --remove --force-all apt > /dev/null 2>&1
	grep -q '^Status: deinstall ok config-files$' root/var/lib/dpkg/status # still known to dpkg, but not there
	told_by_dpkg root > expected
	run ! grep -q '^apt' expected
	[ "$(wc -l < expected)" -ge "$2" ]
	scanned rootfs:root
	debian_packages | diff expected -
	[ "$(jq -r '.os.id + " " + .os.version_codename' report.json)" = "debian $1" ]
	e2e_layout root layout
	scanned oci:layout
	debian_packages | diff expected -
	[ "$(jq -r '[.packages[].layer] | unique == [0]' report.json)" = true ]
}

@test "Debian bullseye: as a tree and as an image, what dpkg-query -W says" {
	same_as_dpkg bullseye 80
}

@test "Debian bookworm: as a tree and as an image, what dpkg-query -W says" {
	same_as_dpkg bookworm 80
}

@test "Debian trixie: as a tree and as an image, what dpkg-query -W says" {
	same_as_dpkg trixie 70
}

@test "a distroless tree, whose packages are one file each in status.d" {
	"$E2E_LIB/make_debian_root.sh" bookworm root
	told_by_dpkg root > expected
	mkdir -p small/var/lib/dpkg/status.d small/etc
	cp root/etc/os-release small/etc/os-release
	awk -v RS= '{ match($0, /Package: [^\n]*/); sub(/\nStatus: [^\n]*/, "")
		print > "small/var/lib/dpkg/status.d/" substr($0, 10, RLENGTH - 9) }' root/var/lib/dpkg/status
	cp root/var/lib/dpkg/info/bash.md5sums small/var/lib/dpkg/status.d/bash.md5sums
	[ "$(find small/var/lib/dpkg/status.d -type f | wc -l)" -eq "$(($(wc -l < expected) + 1))" ]
	scanned rootfs:small
	debian_packages | diff expected -
	[ "$(jq -r '.packages[] | select(.name == "bash") | .locations[0]' report.json)" = var/lib/dpkg/status.d/bash ]
	e2e_layout small layout
	scanned oci:layout
	debian_packages | diff expected -
}

# NAME, EPOCH:VERSION-RELEASE, ARCH and SOURCERPM, as rpm prints them, but for .nosrc.rpm, which is not kept.
rpm_packages() {
	jq -r '.packages[] | select(.ecosystem == "rpm") | [.name, (if .version | test("^[0-9]+:") then .version else "0:" + .version end),
		.arch // "(none)", if .source then .source.name + "-" + .source.version + ".src.rpm" else "(none)" end] | @tsv' report.json |
		LC_ALL=C sort
}

@test "RPM databases in SQLite, NDB and Berkeley DB form: as a tree and as an image, what rpm -qa says" {
	rpm --root "$RPM/sqlite" --dbpath /usr/lib/sysimage/rpm --define "_db_backend sqlite" -qa \
		--qf '%{NAME}\t%{EPOCHNUM}:%{VERSION}-%{RELEASE}\t%{ARCH}\t%{SOURCERPM}\n' | sed 's/\.nosrc\.rpm/.src.rpm/' |
		LC_ALL=C sort > expected
	[ "$(wc -l < expected)" -eq 8 ]
	for form in sqlite ndb bdb-512-little bdb-4096-little bdb-65536-little bdb-4096-big; do
		scanned "rootfs:$RPM/$form"
		rpm_packages | diff expected - || { echo "in the tree with $form"; return 1; }
		[ "$(jq -r .os.id report.json)" = fedora ]
		e2e_layout "$RPM/$form" layout
		scanned oci:layout
		rpm_packages | diff expected - || { echo "in the image with $form"; return 1; }
		rm -rf layout
	done
}

@test "an application that npm installed: as a tree and as an image, what npm ls --all says" {
	command -v npm > /dev/null || skip "npm is not installed"
	local images
	images=$(HOME="$REAL_HOME" e2e_images)
	[ -d "$images/app" ]
	(cd "$images/app" && npm ls --all --parseable --long 2> /dev/null) | tail -n +2 |
		sed "s,^$(realpath "$images/app")/\([^:]*\):\(.*\)$,\1/package.json \2," | LC_ALL=C sort > expected
	[ "$(wc -l < expected)" -ge 60 ]
	scanned "rootfs:$images/app"
	npm_packages | diff expected -
	e2e_layout "$images/app" layout
	scanned oci:layout
	npm_packages | diff expected -
}

@test "what came with Debian's packages has their owner, what npm and pip put beside it has none" {
	"$E2E_LIB/make_debian_root.sh" bookworm "$PWD/root" python3-yaml python3-six node-semver
	mkdir -p root/usr/local/lib/python3.11/dist-packages/left-1.0.dist-info root/srv/node_modules/{right,semver}
	printf 'Metadata-Version: 2.1\nName: left\nVersion: 1.0\n' > root/usr/local/lib/python3.11/dist-packages/left-1.0.dist-info/METADATA
	printf 'left-1.0.dist-info/METADATA,,\n' > root/usr/local/lib/python3.11/dist-packages/left-1.0.dist-info/RECORD
	echo '{"name":"right","version":"2.0.0"}' > root/srv/node_modules/right/package.json
	echo '{"name":"semver","version":"0.0.1"}' > root/srv/node_modules/semver/package.json
	cat > expected <<- 'END'
		left -
		right -
		semver -
		semver node-semver
		six python3-six
		PyYAML python3-yaml
	END
	e2e_layout root layout
	for subject in rootfs:root dir:root oci:layout; do
		"$BOLTSEAL" scan --format json --output report.json "$subject"
		jq -r '.packages[] | select(.ecosystem == "npm" or .ecosystem == "pypi") |
			.name + " " + ((.owner // "-") | sub("^pkg:deb/debian/"; "") | sub("@.*"; ""))' report.json > owners
		grep -xF -f expected owners | LC_ALL=C sort | diff <(LC_ALL=C sort expected) - || { echo "in $subject"; cat owners; return 1; }
		[ "$(jq '[.packages[] | select(.ecosystem == "deb" and .owner)] | length' report.json)" = 0 ]
	done
}

npm_packages() {
	jq -r '.packages[] | select(.ecosystem == "npm") | "\(.name)@\(.version)" as $what | .locations[] | "\(.) \($what)"' report.json |
		LC_ALL=C sort
}

# "path version" of each module; replaced ones as their replacement.
told_by_go() {
	go version -m "$@" | awk -F'\t' '
		function flush() { if (path != "") print path, version; path = "" }
		/^[^\t]/ { flush(); n = split($0, words, ": "); split(words[n], first, " "); print "stdlib", substr(first[1], 3) }
		$2 == "mod" || $2 == "dep" { flush(); path = $3; version = $4 }
		$2 == "=>" { if ($3 !~ /^[.\/]/) path = $3; version = $4 == "" ? "(devel)" : $4 }
		END { flush() }' | LC_ALL=C sort -u
}

@test "Go programs, our own and the ones installed here: as a tree and as an image, what go version -m says" {
	command -v go > /dev/null || skip "go is not installed: nothing to hold Go programs against"
	export GOTOOLCHAIN=local GOCACHE="$BATS_TEST_TMPDIR/cache" GOFLAGS=-mod=mod
	mkdir -p root/usr/bin code/part
	printf 'module example.com/part\n\ngo 1.18\n' > code/part/go.mod
	printf 'package part\n\nfunc Name() string { return "x" }\n' > code/part/part.go
	printf 'module example.com/whole\n\ngo 1.18\n\nrequire example.com/part v1.0.0\nreplace example.com/part => ./part\n' > code/go.mod
	printf 'package main\n\nimport "example.com/part"\n\nfunc main() { println(part.Name()) }\n' > code/main.go
	(cd code && CGO_ENABLED=0 go build -o ../root/usr/bin/whole . && CGO_ENABLED=0 go build -ldflags='-s -w' -o ../root/usr/bin/stripped .)
	for tool in skopeo umoci docker-registry; do
		cp "$(command -v "$tool")" root/usr/bin/ || true
	done
	told_by_go root/usr/bin/* > expected
	grep -qx 'example.com/part (devel)' expected
	scanned rootfs:root
	jq -r '.packages[] | select(.ecosystem == "golang") | "\(.name) \(.version)"' report.json | LC_ALL=C sort -u | diff expected -
	jq -e '.packages[] | select(.name == "example.com/part") | .locations == ["usr/bin/stripped", "usr/bin/whole"]' report.json
	e2e_layout root layout
	scanned oci:layout
	jq -r '.packages[] | select(.ecosystem == "golang") | "\(.name) \(.version)"' report.json | LC_ALL=C sort -u | diff expected -
}
