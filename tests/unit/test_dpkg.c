/* Debian's package records, as a user sees them: which packages there are, from which source, who owns which file. */
#include "run_row.h"

static const char status_path[] = "var/lib/dpkg/status";

static void packages_of_a_status_file(void **state)
{
	(void) state;
	static const struct {
		const char *what, *text, *want;
	} rows[] = {
		{ "a plain package is its own source",
		  "Package: bash\nStatus: install ok installed\nArchitecture: amd64\nVersion: 5.2.15-2+b7\n",
		  "bash 5.2.15-2+b7 amd64 bash 5.2.15-2+b7 -\n" },
		{ "a source without a version has the package's",
		  "Package: libc6\nStatus: install ok installed\nArchitecture: amd64\nVersion: 2.36-9\nSource: glibc\n",
		  "libc6 2.36-9 amd64 glibc 2.36-9 -\n" },
		{ "a source with a version keeps it, epoch and all",
		  "Package: libgcc-s1\nStatus: install ok installed\nSource: gcc-12 (2:12.2.0-14)\nVersion: 12.2.0-14+b1\n",
		  "libgcc-s1 12.2.0-14+b1 - gcc-12 2:12.2.0-14 -\n" },
		{ "field names are read in any case, values without blanks around them",
		  "PACKAGE:  a \t\nstatus:install ok installed\nVersion:\t1\n", "a 1 - a 1 -\n" },
		{ "one package for several architectures is several packages",
		  "Package: zlib1g\nStatus: install ok installed\nArchitecture: amd64\nVersion: 1:1.2\nMulti-Arch: same\n\n"
		  "Package: zlib1g\nStatus: install ok installed\nArchitecture: i386\nVersion: 1:1.2\nMulti-Arch: same\n",
		  "zlib1g 1:1.2 amd64 zlib1g 1:1.2 -\nzlib1g 1:1.2 i386 zlib1g 1:1.2 -\n" },
		{ "removed packages are not there, half-installed and held ones are",
		  "Package: a\nStatus: deinstall ok config-files\nVersion: 1\n\n"
		  "Package: b\nStatus: unknown ok not-installed\nVersion: 1\n\n"
		  "Package: c\nStatus: install reinstreq half-installed\nVersion: 1\n\n"
		  "Package: d\nStatus: hold ok installed\nVersion: 1\n\n"
		  "Package: e\nStatus: install ok unpacked\nVersion: 1\n\n"
		  "Package: f\nVersion: 1\n",
		  "c 1 - c 1 -\nd 1 - d 1 -\ne 1 - e 1 -\n" },
		{ "continuation lines and comments are not fields",
		  "Package: a\nStatus: install ok installed\nVersion: 1\nDescription: x\n Version: 9\n\tPackage: z\n# Version: 8\n",
		  "a 1 - a 1 -\n" },
		{ "carriage returns and a missing last newline are no matter",
		  "Package: a\r\nStatus: install ok installed\r\nVersion: 1\r\n\r\nPackage: b\nStatus: install ok "
		  "installed\nVersion: 2",
		  "a 1 - a 1 -\nb 2 - b 2 -\n" },
		{ "nothing in it", "", "" },
		{ "only empty lines", "\n\n\n", "" },
	};

	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows); i++) {
		struct run run = run_text("dpkg", status_path, rows[i].text);

		print_message("%s\n", rows[i].what);
		assert_int_equal(run.r, 0);
		assert_found(&run, rows[i].want);
		run_done(&run);
	}
}

static void damage_costs_its_stanza_and_is_named(void **state)
{
	(void) state;
#define GOOD(name) "Package: " name "\nStatus: install ok installed\nVersion: 1\n\n"
	static const struct {
		const char *text;
		size_t n;
		const char *want, *says;
	} rows[] = {
#define ROW(text, want, says) { text, sizeof(text) - 1, want, says }
		ROW(GOOD("a") "Package: b\nStatus: install ok installed\n\n" GOOD("c"), "a 1 - a 1 -\nc 1 - c 1 -\n",
		    "package 'b' has no Version"),
		ROW(GOOD("a") "this is no field\n\n" GOOD("c"), "a 1 - a 1 -\nc 1 - c 1 -\n", "1 lines are neither"),
		ROW(GOOD("a") "Package: b\0b\nStatus: install ok installed\nVersion: 1\n\n" GOOD("c"), "a 1 - a 1 -\nc 1 - c 1 -\n",
		    "1 lines are neither"),
		ROW(GOOD("a") "\0\0\0\0\0\0\0\0", "a 1 - a 1 -\n", "1 lines are neither"),
		ROW("\177ELF\0\1\2\3", "", "(0 packages read)"),
	};

	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows); i++) {
		struct run run = run_row("dpkg", status_path, rows[i].text, rows[i].n);

		assert_int_equal(run.r, -EBADMSG);
		assert_says(&run, rows[i].says);
		assert_found(&run, rows[i].want);
		run_done(&run);
	}
}

static void a_long_name_is_cut_in_the_message(void **state)
{
	(void) state;
	char text[400] = "Package: ";

	memset(text + strlen(text), 'n', 256);
	strncat(text, "\nStatus: install ok installed\n", sizeof(text) - strlen(text) - 1);
	struct run run = run_text("dpkg", status_path, text);
	assert_int_equal(run.r, -EBADMSG);
	assert_says(&run, "package 'nnnnnnnn");
	run_done(&run);
}

static void status_d_has_one_package_a_file_and_needs_no_status(void **state)
{
	(void) state;
	struct run run = run_text("dpkg", "var/lib/dpkg/status.d/libssl3",
				  "Package: libssl3\nArchitecture: amd64\nVersion: 3.0.11-1\nSource: openssl\n");

	assert_int_equal(run.r, 0);
	assert_found(&run, "libssl3 3.0.11-1 amd64 openssl 3.0.11-1 -\n");
	run_done(&run);
}

static void md5sums_beside_status_d_say_who_owns_files(void **state)
{
	(void) state;
	struct run run = run_text("dpkg", "var/lib/dpkg/status.d/libssl3.md5sums",
				  "d41d8cd98f00b204e9800998ecf8427e  usr/lib/libssl.so.3\n"
				  "d41d8cd98f00b204e9800998ecf8427e  ./usr/share/doc/a b\n"
				  "\nd41d8cd98f00b204e9800998ecf8427e\n");

	assert_int_equal(run.r, 0);
	assert_found(&run, "");
	assert_string_equal(owner_of(&run, "usr/lib/libssl.so.3"), "libssl3");
	assert_string_equal(owner_of(&run, "usr/share/doc/a b"), "libssl3");
	assert_int_equal(run.sink->owned_len, 2);
	assert_int_equal(run.sink->warnings_len, 0);
	run_done(&run);
}

static void lists_say_who_owns_files(void **state)
{
	(void) state;
	struct run run = run_text("dpkg-files", "var/lib/dpkg/info/libc6:amd64.list",
				  "/.\n/lib\n/lib/x86_64-linux-gnu/libc.so.6\n\n/lib/a b");

	assert_int_equal(run.r, 0);
	assert_string_equal(owner_of(&run, "lib/x86_64-linux-gnu/libc.so.6"), "libc6:amd64");
	assert_string_equal(owner_of(&run, "lib/a b"), "libc6:amd64");
	assert_int_equal(run.sink->owned_len, 3); /* the root itself is nobody's */
	run_done(&run);
}

static void licences_come_from_machine_readable_copyright_files_only(void **state)
{
	(void) state;
	static const struct {
		const char *text, *want;
	} rows[] = {
		{ "Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n\nFiles: *\nLicense: GPL-2+\n "
		  "text\n\n"
		  "Files: debian/*\nLicense:  MIT\n",
		  "GPL-2+;MIT;" },
		{ "Format-Specification: http://dep.debian.net/deps/dep5\nLicense: BSD-3-clause\n", "BSD-3-clause;" },
		{ "License: GPL, said somebody in free text\n", "" },
		{ "Format: x\nLicense:\n text only\n", "" },
		{ "", "" },
	};

	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows); i++) {
		struct run run = run_text("dpkg-copyright", "usr/share/doc/bash/copyright", rows[i].text);
		char got[256] = "";

		assert_int_equal(run.r, 0);
		for (size_t k = 0; k < run.sink->licenses_len; k++) {
			assert_string_equal(run.sink->licenses[k].name, "bash");
			strncat(got, run.sink->licenses[k].license, sizeof(got) - strlen(got) - 1);
			strncat(got, ";", sizeof(got) - strlen(got) - 1);
		}
		assert_string_equal(got, rows[i].want);
		run_done(&run);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(packages_of_a_status_file),
		cmocka_unit_test(damage_costs_its_stanza_and_is_named),
		cmocka_unit_test(a_long_name_is_cut_in_the_message),
		cmocka_unit_test(status_d_has_one_package_a_file_and_needs_no_status),
		cmocka_unit_test(md5sums_beside_status_d_say_who_owns_files),
		cmocka_unit_test(lists_say_who_owns_files),
		cmocka_unit_test(licences_come_from_machine_readable_copyright_files_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
