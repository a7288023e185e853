/* Which operating system an image says it is. */
#include "run_row.h"

static const char *or_dash(const char *text)
{
	return text && *text ? text : "-";
}

/* "id version codename variant like|name" of the best candidate. */
static void assert_os(const struct run *run, const char *want)
{
	char got[1024];

	assert_int_equal(run->sink->os_len, 1);
	const struct bolt_os *os = &run->sink->os[0].os;
	(void) snprintf(got, sizeof(got), "%s %s %s %s %s|%s", or_dash(os->id), or_dash(os->version_id),
			or_dash(os->version_codename), or_dash(os->variant_id), or_dash(os->id_like), or_dash(os->name));
	assert_string_equal(got, want);
}

static void os_release_fields(void **state)
{
	(void) state;
	static const struct {
		const char *text, *want;
	} rows[] = {
		{ "PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nNAME=\"Debian GNU/Linux\"\nVERSION_ID=\"12\"\n"
		  "VERSION_CODENAME=bookworm\nID=debian\n",
		  "debian 12 bookworm - -|Debian GNU/Linux 12 (bookworm)" },
		{ "NAME='Fedora Linux'\nID=fedora\nVERSION_ID=40\nVARIANT_ID=container\nPRETTY_NAME='Fedora Linux 40'\n",
		  "fedora 40 - container -|Fedora Linux 40" },
		{ "ID=\"rocky\"\nID_LIKE=\"rhel centos fedora\"\nVERSION_ID=\"9.3\"\nNAME=\"Rocky Linux\"\n",
		  "rocky 9.3 - - rhel centos fedora|Rocky Linux" },
		{ "# a comment\n  ID=alpine  \r\nVERSION_ID=3.19.1\r\nXID=other\n", "alpine 3.19.1 - - -|alpine" },
		{ "ID=a\nNAME=\"with \\\"quotes\\\" and \\$ and \\\\\"\n", "a - - - -|with \"quotes\" and $ and \\" },
		{ "NAME=Something\n", "linux - - - -|Something" },
		{ "ID=first\nID=second", "second - - - -|second" },
		{ "ID=\"unclosed\n", "\"unclosed - - - -|\"unclosed" },
	};

	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows); i++) {
		struct run run = run_text("os-release", "etc/os-release", rows[i].text);

		assert_int_equal(run.r, 0);
		assert_os(&run, rows[i].want);
		run_done(&run);
	}
}

static void a_file_that_names_nothing_is_damaged(void **state)
{
	(void) state;
	static const char *const rows[] = { "", "\n", "VERSION_ID=12\n", "ID=\n", "\177ELF" };

	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows); i++) {
		struct run run = run_text("os-release", "etc/os-release", rows[i]);

		assert_int_equal(run.r, -EBADMSG);
		assert_says(&run, "not an os-release file");
		assert_int_equal(run.sink->os_len, 0);
		run_done(&run);
	}
}

static void etc_wins_over_usr_and_both_over_older_files(void **state)
{
	(void) state;
	struct run etc = run_text("os-release", "etc/os-release", "ID=a\n");
	struct run usr = run_text("os-release", "usr/lib/os-release", "ID=a\n");
	struct run older = run_text("os-older", "etc/alpine-release", "3.19.1\n");

	assert_true(etc.sink->os[0].rank > usr.sink->os[0].rank);
	assert_true(usr.sink->os[0].rank > older.sink->os[0].rank);
	run_done(&etc);
	run_done(&usr);
	run_done(&older);
}

static void older_release_files(void **state)
{
	(void) state;
	static const struct {
		const char *path, *text, *want;
	} rows[] = {
		{ "etc/alpine-release", "3.4.6\n", "alpine 3.4.6 - - -|Alpine Linux 3.4.6" },
		{ "etc/debian_version", "8.11\n", "debian 8.11 - - -|Debian GNU/Linux 8.11" },
		{ "etc/debian_version", "trixie/sid\n", "debian - - - -|Debian GNU/Linux" },
		{ "etc/redhat-release", "CentOS release 6.10 (Final)\n", "centos 6.10 - - -|CentOS Linux 6.10" },
		{ "etc/redhat-release", "Red Hat Enterprise Linux Server release 5.11 (Tikanga)\n",
		  "rhel 5.11 - - -|Red Hat Enterprise Linux 5.11" },
		{ "etc/redhat-release", "Fedora release 20 (Heisenbug)\n", "fedora 20 - - -|Fedora Linux 20" },
		{ "etc/system-release", "Amazon Linux AMI release 2018.03\n", "amzn 2018.03 - - -|Amazon Linux 2018.03" },
		{ "etc/SuSE-release", "SUSE Linux Enterprise Server 11 (x86_64)\n",
		  "sles 11 - - -|SUSE Linux Enterprise Server 11" },
		{ "etc/SuSE-release", "openSUSE 13.2 (x86_64)\nVERSION = 13.2\n", "opensuse 13.2 - - -|openSUSE 13.2" },
		{ "etc/arch-release", "", "arch - - - -|Arch Linux" },
	};

	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows); i++) {
		struct run run = run_text("os-older", rows[i].path, rows[i].text);

		assert_int_equal(run.r, 0);
		assert_os(&run, rows[i].want);
		run_done(&run);
	}
}

static void a_release_file_of_nobody_we_know_says_nothing(void **state)
{
	(void) state;
	struct run run = run_text("os-older", "etc/system-release", "Generic release 1\n");

	assert_int_equal(run.r, 0);
	assert_int_equal(run.sink->os_len, 0);
	run_done(&run);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(os_release_fields),
		cmocka_unit_test(a_file_that_names_nothing_is_damaged),
		cmocka_unit_test(etc_wins_over_usr_and_both_over_older_files),
		cmocka_unit_test(older_release_files),
		cmocka_unit_test(a_release_file_of_nobody_we_know_says_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
