#!/usr/bin/env bats
# Programs that carry cargo-auditable's list: built by it where it is installed, and put together by hand. BOLT_BUILD names the
# build directory.

bats_require_minimum_version 1.5.0

setup() {
	command -v python3 > /dev/null || skip "python3 is not installed"
	command -v cc > /dev/null || skip "cc is not installed"
	cd "$BATS_TEST_TMPDIR" || return 1
	echo 'int main(void) { return 0; }' > main.c
	python3 - <<- 'END'
		import zlib
		packages = ','.join('{"name":"crate-%d","version":"1.%d.0","source":"registry"%s}' % (i, i, ',"kind":"build"' if i % 10 == 9 else '')
		                    for i in range(500))
		text = ('{"packages":[%s]}' % packages).encode()
		for level in (0, 1, 6, 9):
		    open('list.%d' % level, 'wb').write(zlib.compress(text, level))
		open('want', 'w').writelines('crate-%d 1.%d.0\n' % (i, i) for i in range(500) if i % 10 != 9)
	END
}

cataloged() {
	"$BOLT_BUILD/tests/catalog" elf "$1" | awk -F'\t' '$1 == "cargo" { print $2, $3 }'
}

@test "the section that the linker loads with the constants, at every compression level" {
	for level in 0 1 6 9; do
		printf '.section .dep-v0,"a"\n.incbin "list.%d"\n' "$level" > list.s
		cc -Wl,-z,noexecstack -o program main.c list.s
		diff want <(cataloged program)
		strip program
		diff want <(cataloged program)
		cc -Wl,-z,noseparate-code -Wl,-z,noexecstack -o program main.c list.s
		diff want <(cataloged program)
	done
}

@test "the section that nothing loads" {
	cc -o program main.c
	objcopy --add-section .dep-v0=list.9 program with
	diff want <(cataloged with)
}

@test "a damaged list is told" {
	head -c 2000 list.9 > cut
	cc -o program main.c
	objcopy --add-section .dep-v0=cut program with
	run -1 --separate-stderr "$BOLT_BUILD/tests/catalog" elf with
	[[ "$stderr" == *"cargo-auditable data"* ]]
}

@test "a program built by cargo auditable" {
	command -v cargo > /dev/null || skip "cargo is not installed"
	command -v cargo-auditable > /dev/null || skip "cargo-auditable is not installed"
	export CARGO_TARGET_DIR="$PWD/target"
	mkdir -p hi/src dep/src
	echo 'pub fn x() {}' > dep/src/lib.rs
	printf '[package]\nname = "dep"\nversion = "2.3.4"\nedition = "2021"\n' > dep/Cargo.toml
	echo 'fn main() { dep::x() }' > hi/src/main.rs
	printf '[package]\nname = "hi"\nversion = "0.1.0"\nedition = "2021"\n[dependencies]\ndep = { path = "../dep" }\n' > hi/Cargo.toml
	(cd hi && cargo auditable build --release) > build.log 2>&1 || { cat build.log; return 1; }
	diff <(printf 'dep 2.3.4\nhi 0.1.0\n') <(cataloged target/release/hi)
	strip target/release/hi
	diff <(printf 'dep 2.3.4\nhi 0.1.0\n') <(cataloged target/release/hi)
}
