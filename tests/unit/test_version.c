#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "advisory/version.h"
#include "version_chain.h"

static void versions_stand_in_the_order_of_their_ecosystem(void **state)
{
	static const struct {
		enum bolt_version_scheme scheme;
		const char *chain;
	} rows[] = {
		{ BOLT_VERSION_PLAIN, "1 = 01 < 1-a < 1.2 < 1.10 < 1.10.0 < 1a < 2 < 10 < a < a1 < a2 < a10" },
		/* deb-version(7), Debian Policy 5.6.12 */
		{ BOLT_VERSION_DPKG, "1~~ < 1~~a < 1~ < 1 = 1-0 = 0:1 = 01-00 < 1-1 < 1a < 1+b1 < 1.0-1" },
		{ BOLT_VERSION_DPKG,
		  "1.0~beta1~svn1245 < 1.0~beta1 < 1.0 < 1.0-1~bpo12+1 < 1.0-1 < 1.0-1+b1 < 1.0-1+deb12u1 < 1.0-1.1" },
		{ BOLT_VERSION_DPKG, "1.1.1n-0+deb11u3 < 1.1.1n-0+deb11u5 < 1.1.1n-0+deb11u10 < 1.1.1w-0+deb11u1 < 3.0.9-1" },
		{ BOLT_VERSION_DPKG, "9.9-9 < 1:0.1-1 < 1:0.1-a-1 < 2:0 < 10:0" },
		{ BOLT_VERSION_DPKG, "2.31-13+deb11u5 < 2.31-13+deb11u11 < 2.36-9" },
		{ BOLT_VERSION_DPKG, "99999999999999999999 < 100000000000000000000 < 1:0" },
		/* rpm-version(7), and the examples of rpm's own tests */
		{ BOLT_VERSION_RPM, "xyz.4 < 2 < 5.5p1 < 5.5p2 < 5.5p10 < 5.6p1 < 6.0 < 6.0.rc1 < 8 < 10xyz < 10.1xyz" },
		{ BOLT_VERSION_RPM, "10a2 < 10b2 < 10.0001 = 10.1 = 10_1 = 10..1 < 10.0039 < 20101121 < 20101122" },
		{ BOLT_VERSION_RPM,
		  "1.0~rc1~git123 < 1.0~rc1 < 1.0~rc1^git1 < 1.0~rc2 < 1.0 < 1.0^git1~pre < 1.0^git1 < 1.0^git2 < 1.0a < 1.0.1" },
		{ BOLT_VERSION_RPM, "a = a+ = a_ = +a = _a < 1.0^20160101 < 1.0.1" },
		{ BOLT_VERSION_RPM,
		  "1.0 = 0:1.0 = :1.0 < 1.0-~1 < 1.0-1.el9 < 1.0-1.el9_2 < 1.0-1.el9_2.1 < 1.0-1.1.el9 < 1.0-2 < 1:0.5-1" },
		{ BOLT_VERSION_RPM, "4.18.0-147.el8 < 4.18.0-147.0.2.el8_1 < 4.18.0-305.el8" },
		{ BOLT_VERSION_RPM,
		  "1:1.14.1-9.module+el8.0.0 < 1:1.14.1-9.module_el8.3.0+2165+af250afe.alma < 1:1.16.1-1.module_el8.3.0" },
		/* apk-version(8); more in lib/apk_versions.txt */
		{ BOLT_VERSION_APK,
		  "1.0_alpha_pre2 < 1.0_alpha < 1.0_alpha1 < 1.0_alpha2 < 1.0_beta < 1.0_pre < 1.0_rc < 1.0_rc1 < 1.0 = 01.0 < "
		  "1.0-r0 = 1.0-r00 < 1.0-r1 < 1.0~1234 < 1.0~1234-r1 < 1.0~2345-r0 < 1.0_cvs < 1.0_svn < 1.0_git < "
		  "1.0_git20200101 < 1.0_hg < 1.0_p < 1.0_p1 < 1.0_p1_p2 < 1.0a < 1.0b < 1.0.0" },
		{ BOLT_VERSION_APK, "1.0 < 1.01 < 1.012 < 1.02 < 1.1 < 1.2 < 1.10 < 2" },
		{ BOLT_VERSION_APK, "1.99999999999999999999 < 1.100000000000000000000" },
		{ BOLT_VERSION_APK, "x < 1x1 < 1x2 < 1x10 < 1x < 1.0-x" }, /* not versions */
		/* vercmp(8) */
		{ BOLT_VERSION_PACMAN, "1.0a < 1.0b < 1.0beta < 1.0p < 1.0pre < 1.0rc < 1.0 < 1.0.a < 1.0.1" },
		{ BOLT_VERSION_PACMAN, "1 < 1.0 < 1.1 < 1.1.1 < 1.2 < 2.0 < 3.0.0" },
		{ BOLT_VERSION_PACMAN, "2.0 = 0:2.0 < 2.0-1 < 2.0-1.1 < 2.0-2 < 2.0-10 < 1:1.0-1" },
		{ BOLT_VERSION_PACMAN, "1.0.r1 < 1.0.1 = 1.0_1 = 1.0.01 < 1.0..1 < 1.10" },
		/* semver.org, section 11 */
		{ BOLT_VERSION_SEMVER,
		  "1.0.0-alpha < 1.0.0-alpha.1 < 1.0.0-alpha.beta < 1.0.0-beta < 1.0.0-beta.2 < 1.0.0-beta.11 < "
		  "1.0.0-rc.1 < 1.0.0 < 2.0.0 < 2.1.0 < 2.1.1" },
		{ BOLT_VERSION_SEMVER,
		  "1.2.0-rc < 1.2.0 = v1.2.0 = =1.2 = V1.2 = 1.2.0+build.7 = 1.2+a-b = 1.2.0.0 < 1.2.0.1 < 1.2.1 < 1.10.0" },
		{ BOLT_VERSION_SEMVER,
		  "1.0.0-1 < 1.0.0-2 < 1.0.0-10 < 1.0.0-99999999999999999999 < 1.0.0-100000000000000000000 < 1.0.0--1 < "
		  "1.0.0-10a < 1.0.0-A = 1.0.0A < 1.0.0-a = 1.0.0.a < 1.0.0-a.b < 1.0.0-a-b" },
		{ BOLT_VERSION_SEMVER, "99999999999999999999.0.0 < 100000000000000000000.0.0" },
		/* a program that Go built says 1.22rc1, Go's vulnerability database 1.22.0-rc.1 */
		{ BOLT_VERSION_SEMVER,
		  "1.21.9 < 1.22beta2 = 1.22.0-beta.2 < 1.22rc1 = 1.22.0-rc.1 < 1.22rc10 < 1.22 = 1.22.0 < 1.22.1" },
		/* go.dev/ref/mod: pseudo-versions, and modules older than modules */
		{ BOLT_VERSION_SEMVER,
		  "v0.0.0-20170915032832-14c0d48ead0c < v0.0.0-20210101000000-0123456789ab < v0.0.0 < v1.2.3 < "
		  "v1.2.4-0.20191109021931-daa7c04131f5 < v1.2.4-pre < v1.2.4-pre.0.20191109021931-daa7c04131f5 < v1.2.4 < "
		  "v2.0.0+incompatible = v2.0.0 < v2.0.1-0.20190101000000-0123456789ab+incompatible < v2.0.1" },
	};

	(void) state;
	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows); i++)
		expect_chain(rows[i].scheme, rows[i].chain);
}

static void what_the_ecosystem_refuses_is_no_version(void **state)
{
	static const struct {
		enum bolt_version_scheme scheme;
		const char *good, *bad; /* separated by blanks */
	} rows[] = {
		{ BOLT_VERSION_PLAIN, "1 x ~", "" },
		{ BOLT_VERSION_DPKG, "1 1:2 1.0-1 1:2:3-1 2147483647:1 1~-1 1-a-1 1+b",
		  "1: :1 a1 1- 2147483648:1 1_0 1-1:1 1:-1 -1 x:1 1/2" },
		{ BOLT_VERSION_RPM, "1 1:2-3 a 1~rc1^git-1.el9_2 1.0+x", "1: :1 1- 1-2-3 -1 1/2 1:2:3" },
		{ BOLT_VERSION_APK, "1 1.2 0.1_pre2 0.1_pre2~1234abcd 0.1_p1_pre2 0.1_git20240101_pre1 1b-r0 1-r0",
		  "0.1bc 0.1a1 0.1a.1 0.1_pre2~ 0.1~1x 0.1~ab_pre1 0.1_foobar 0.1-pre1 0.1-r 0.1-r2_p 0.1-r2-r3 0.1-r2.1 .1 a "
		  "_pre1 -r1 0.1_ "
		  "0.1__alpha 1. 1..2 1_preZ" },
		{ BOLT_VERSION_PACMAN, "1-1 1:1.0a-1.2 1_2+3 1", "1: -1 1-a 1-1. 1-1.1.1 1-1-1 1:2:3-1 a/b-1 1-" },
		{ BOLT_VERSION_SEMVER, "1.2.3 v1.2.3 =1.2.3 1.2 1 1.2.3-a.1-b+001.x 0.0.0-0 1.0.0--",
		  "1.2.3.4 01.2.3 1.2.3-01 1.2.3- 1.2.3+ 1.2.3-a..b 1.2-a 1.2.x a v 1.2.3-a_b 1.2.3beta 1.2. 1.2.3+a+b" },
	};

	(void) state;
	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows); i++) {
		expect_valid(rows[i].scheme, rows[i].good, true);
		expect_valid(rows[i].scheme, rows[i].bad, false);
	}
}

/* lib/apk_versions.txt: every two of its versions. */
static void apk_versions_stand_as_apk_tools_puts_them(void **state)
{
	enum { MOST = 4096 };
	static char *versions[MOST];
	static size_t ranks[MOST];
	char path[4096], *line = NULL;
	size_t size = 0, len = 0, rank = 0;

	(void) state;
	(void) snprintf(path, sizeof(path), "%s/tests/lib/apk_versions.txt", getenv("BOLT_SOURCE_ROOT"));
	FILE *file = fopen(path, "re");
	assert_non_null(file);
	for (; getline(&line, &size, file) > 0; rank++) {
		char *rest = line;

		line[strcspn(line, "\n")] = '\0';
		for (const char *word; *line != '#' && (word = strsep(&rest, " "));) {
			assert_true(len < MOST);
			ranks[len] = rank;
			versions[len++] = strdup(word);
		}
	}
	free(line);
	(void) fclose(file);
	assert_true(len > 1000);
	for (size_t i = 0; i < len; i++) {
		if (!bolt_version_valid(BOLT_VERSION_APK, versions[i]))
			fail_msg("'%s' is valid", versions[i]);
		for (size_t j = i; j < len; j++)
			expect_order(BOLT_VERSION_APK, versions[i], versions[j], ranks[i] < ranks[j] ? -1 : 0);
	}
	for (size_t i = 0; i < len; i++)
		free(versions[i]);
}

static unsigned draw(unsigned below)
{
	static uint64_t seed = 88172645463325252ull;

	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (unsigned) (seed >> 32) % below;
}

/* Of few pieces, so that versions are often alike for a good while. */
static void draw_version(char version[128])
{
	static const char *const pieces[] = { "0",    "1",    "01",  "10",    "2",    ".",         ".",  "-",     "-",
					      "~",    "^",    "_",   "+",     ":",    "1:",        "a",  "b",     "Ab",
					      "rc",   "z",    "v",   "=",     "!",    " ",         "-r", "alpha", "_pre",
					      "_p",   "p",    "dev", ".post", "beta", "-SNAPSHOT", "sp", "ga",    "Final",
					      "\xc3", "\x01", "x",   "1.0",   "1.0",  "1.0.0" };
	unsigned len = draw(7);

	version[0] = '\0';
	for (unsigned i = 0; i < len; i++)
		strcat(version, pieces[draw(BOLT_ARRAY_LEN(pieces))]);
}

static void any_texts_are_in_a_total_order(void **state)
{
	enum { ROUNDS = 3000, VERSIONS = 8 };
	char versions[VERSIONS][128];

	(void) state;
	for (enum bolt_version_scheme scheme = 0; scheme < _BOLT_VERSION_SCHEME_MAX; scheme++)
		for (int round = 0; round < ROUNDS; round++) {
			int order[VERSIONS][VERSIONS];

			for (int i = 0; i < VERSIONS; i++)
				draw_version(versions[i]);
			for (int i = 0; i < VERSIONS; i++)
				for (int j = 0; j < VERSIONS; j++)
					order[i][j] = version_sign(scheme, versions[i], versions[j]);
			for (int i = 0; i < VERSIONS * VERSIONS * VERSIONS; i++) {
				int a = i % VERSIONS, b = i / VERSIONS % VERSIONS, c = i / VERSIONS / VERSIONS;

				if (order[a][a] != 0 || order[a][b] != -order[b][a])
					fail_msg("%s: '%s' '%s': not antisymmetric", bolt_version_scheme_text(scheme), versions[a],
						 versions[b]);
				if (order[a][b] <= 0 && order[b][c] <= 0 &&
				    order[a][c] != (order[a][b] == 0 && order[b][c] == 0 ? 0 : -1))
					fail_msg("%s: '%s' '%s' '%s': not transitive", bolt_version_scheme_text(scheme),
						 versions[a], versions[b], versions[c]);
			}
		}
}

/* A quarter of a megabyte of what each scheme might go over again and again; quadratic work would not end before the test's time
 * does. */
static void long_texts_take_linear_time(void **state)
{
	static const char *const units[] = { "0", "1",   "1.", "0.", "a", "a1",  "a.", "-",  "~", "^",
					     "_", "_p1", ".",  "+",  ":", "-a.", "1-", "-0", "a-" };
	enum { LEN = 1 << 18 };
	char *a = malloc(LEN + 2), *b = malloc(LEN + 2);

	(void) state;
	assert_true(a && b);
	for (size_t unit = 0; unit < BOLT_ARRAY_LEN(units); unit++) {
		for (size_t i = 0; i < LEN; i++)
			a[i] = units[unit][i % strlen(units[unit])];
		a[0] = '1';
		memcpy(b, a, LEN);
		a[LEN] = '\0';
		memcpy(b + LEN, "2", 2);
		for (enum bolt_version_scheme scheme = 0; scheme < _BOLT_VERSION_SCHEME_MAX; scheme++) {
			expect_order(scheme, a, a, 0);
			assert_int_equal(version_sign(scheme, a, b), -version_sign(scheme, b, a));
			(void) bolt_version_valid(scheme, b);
		}
	}
	free(a);
	free(b);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(versions_stand_in_the_order_of_their_ecosystem),
		cmocka_unit_test(what_the_ecosystem_refuses_is_no_version),
		cmocka_unit_test(apk_versions_stand_as_apk_tools_puts_them),
		cmocka_unit_test(any_texts_are_in_a_total_order),
		cmocka_unit_test(long_texts_take_linear_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
