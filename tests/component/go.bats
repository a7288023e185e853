#!/usr/bin/env bats
# Programs built by the go on PATH, against what `go version -m` says of them. BOLT_BUILD names the build directory.

bats_require_minimum_version 1.5.0

setup_file() {
	source "$BATS_TEST_DIRNAME/../lib/skip.bash"
	lacks go && return 0
	export W="$BATS_FILE_TMPDIR" GOFLAGS=-mod=mod GOTOOLCHAIN=local GOCACHE="$BATS_FILE_TMPDIR/cache"
	mkdir -p "$W/hello" "$W/local" "$W/nested" || return 1
	cd "$W/hello" || return 1
	printf 'package local\n\nfunc Name() string { return "x" }\n' > ../local/local.go
	printf 'module example.com/local\n\ngo 1.18\n' > ../local/go.mod
	cat > main.go <<- 'END'
		package main

		import "example.com/local"

		func main() { println(local.Name()) }
	END
	printf 'module example.com/hello\n\ngo 1.18\n\nrequire example.com/local v1.0.0\nreplace example.com/local => ../local\n' > go.mod
	CGO_ENABLED=0 go build -o "$W/plain" . || return 1
}

teardown_file() {
	chmod -R u+w "$BATS_FILE_TMPDIR" 2> /dev/null || true # the module cache is read-only
}

setup() {
	source "$BATS_TEST_DIRNAME/../lib/skip.bash"
	skip_if_told
	cd "$W/hello" || return 1
}

# "path version" of each module, replaced ones as their replacement; directories keep the module's name, as the row documents.
told_by_go() {
	go version -m "$1" | awk -F'\t' '
		function flush() { if (path != "") print path, version }
		NR == 1 { split($0, words, ": "); split(words[2], first, " "); print "stdlib", substr(first[1], 3) }
		$2 == "mod" || $2 == "dep" { flush(); path = $3; version = $4 }
		$2 == "=>" { if ($3 !~ /^[.\/]/) path = $3; version = $4 == "" ? "(devel)" : $4 }
		END { flush() }' | LC_ALL=C sort
}

cataloged() {
	"$BOLT_BUILD/tests/catalog" elf "$1" | awk -F'\t' '$1 == "golang" { print $2, $3 }' | LC_ALL=C sort
}

same_as_go() {
	told_by_go "$1" > "$BATS_TEST_TMPDIR/want"
	[ "$(wc -l < "$BATS_TEST_TMPDIR/want")" -ge "${2:-3}" ]
	diff "$BATS_TEST_TMPDIR/want" <(cataloged "$1")
}

@test "a program and a module replaced by a directory" {
	same_as_go "$W/plain"
	cataloged "$W/plain" | grep -qx "example.com/local (devel)"
}

@test "stripped programs: by the linker, by strip, and without section headers" {
	CGO_ENABLED=0 go build -ldflags='-s -w' -o "$W/small" .
	same_as_go "$W/small"
	cp "$W/plain" "$W/stripped" && strip "$W/stripped"
	same_as_go "$W/stripped"
	objcopy --strip-section-headers "$W/plain" "$W/headless" 2> /dev/null || {
		# e_shoff, e_shnum and e_shstrndx of ELF64
		cp "$W/plain" "$W/headless"
		printf '\0\0\0\0\0\0\0\0' | dd of="$W/headless" bs=1 seek=40 conv=notrunc status=none
		printf '\0\0\0\0' | dd of="$W/headless" bs=1 seek=60 conv=notrunc status=none
	}
	diff <(cataloged "$W/plain") <(cataloged "$W/headless")
}

@test "other machines: 32 bit, big endian" {
	for arch in 386 arm arm64 s390x mips mips64 ppc64le riscv64; do
		CGO_ENABLED=0 GOOS=linux GOARCH=$arch go build -o "$W/$arch" . || return 1
		same_as_go "$W/$arch" || { echo "for $arch"; return 1; }
		rm "$W/$arch"
	done
}

@test "position independent programs, and those that the C linker linked" {
	CGO_ENABLED=0 go build -buildmode=pie -o "$W/pie" .
	same_as_go "$W/pie"
	command -v cc > /dev/null || skip "cc is not installed: the second half did not run"
	sed -i 's/^import "/import _ "os\/user"\nimport "/' main.go
	CGO_ENABLED=1 go build -ldflags=-linkmode=external -o "$W/external" .
	same_as_go "$W/external"
	CGO_ENABLED=1 go build -buildmode=pie -ldflags='-linkmode=external -s -w' -o "$W/external-pie" .
	same_as_go "$W/external-pie"
}

@test "a program that carries another one" {
	cd "$W/nested"
	printf 'module example.com/carrier\n\ngo 1.18\n' > go.mod
	cp "$W/plain" other
	printf 'package main\n\nimport _ "embed"\n\n//go:embed other\nvar other []byte\n\nfunc main() { println(len(other)) }\n' > main.go
	CGO_ENABLED=0 go build -o "$W/carrier" .
	same_as_go "$W/carrier" 2
}

@test "modules from outside" {
	mkdir -p "$W/outside" && cd "$W/outside"
	cat > main.go <<- 'END'
		package main

		import (
			"github.com/google/uuid"
			"golang.org/x/text/language"
		)

		func main() { println(uuid.NewString(), language.English.String()) }
	END
	printf 'module example.com/outside\n\ngo 1.20\n' > go.mod
	timeout 100 go mod tidy > tidy.log 2>&1 || skip "no modules can be fetched: $(tail -n 1 tidy.log)"
	CGO_ENABLED=0 go build -o "$W/modules" .
	same_as_go "$W/modules" 4
}

@test "a program of Go 1.16, whose build info is pointers" {
	command -v npm > /dev/null || skip "npm, which has such a program in a package, is not installed"
	cd "$BATS_TEST_TMPDIR"
	timeout 100 npm pack esbuild-linux-64@0.8.57 > pack.log 2>&1 || skip "the package cannot be fetched: $(tail -n 1 pack.log)"
	tar -xf esbuild-linux-64-0.8.57.tgz
	same_as_go package/bin/esbuild 3
	cataloged package/bin/esbuild | grep -qx "stdlib 1.16"
	strip -o stripped package/bin/esbuild
	same_as_go stripped 3
}
