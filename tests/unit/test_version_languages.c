#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "version_chain.h"

static void versions_stand_in_the_order_of_their_ecosystem(void **state)
{
	static const struct {
		enum bolt_version_scheme scheme;
		const char *chain;
	} rows[] = {
		/* packaging.python.org, version specifiers: "summary of permitted suffixes and relative ordering", and its examples
		 */
		{ BOLT_VERSION_PEP440,
		  "1.dev0 < 1.0.dev456 < 1.0a1 < 1.0a2.dev456 < 1.0a12.dev456 < 1.0a12 < 1.0b1.dev456 < 1.0b2 < "
		  "1.0b2.post345.dev456 < 1.0b2.post345 < 1.0rc1.dev456 < 1.0rc1 < 1.0 < 1.0+abc.5 < 1.0+abc.7 < 1.0+5 < "
		  "1.0.post456.dev34 < 1.0.post456 < 1.0.15 < 1.1.dev1" },
		{ BOLT_VERSION_PEP440,
		  "0.9 < 0.9.1 < 0.9.2 < 0.9.10 < 0.9.11 < 1.0 = 1 = 1.0.0 = v1.0 = 0!1 = 01.00 < 1.0.1 < 1.1" },
		{ BOLT_VERSION_PEP440, "2013.10 < 2014.04 < 1!1.0 < 1!1.1 < 1!2.0 < 10!0" },
		{ BOLT_VERSION_PEP440,
		  "1.1a1 = 1.1alpha1 = 1.1.A-1 = 1.1_alpha_01 < 1.1b2 = 1.1-BETA.2 < 1.1rc3 = 1.1c3 = 1.1.pre3 = "
		  "1.1-preview_3 = 1.1RC3" },
		{ BOLT_VERSION_PEP440,
		  "1.2a = 1.2a0 = 1.2a. < 1.2 < 1.2.post2 = 1.2-2 = 1.2-post2 = 1.2.rev2 = 1.2r2 = 1.2_POST_2" },
		{ BOLT_VERSION_PEP440, "1.0.dev = 1.0dev0 = 1.0-DEV_0 < 1.0a0.dev1 < 1.0a0 < 1.0a0-1 = 1.0a0.post1" },
		{ BOLT_VERSION_PEP440,
		  "1.0+ubuntu < 1.0+ubuntu.1 = 1.0+UBUNTU-1 = 1.0+ubuntu_01 < 1.0+ubuntu.10 < 1.0+1 < 1.0+1.a < 1.0+1.1" },
		{ BOLT_VERSION_PEP440, "99999999999999999999 < 100000000000000000000 < 1!0" },
		{ BOLT_VERSION_PEP440, "1.0-foo < french-toast < 0.dev0" },
		/* maven.apache.org, POM reference: version order specification, and its examples */
		{ BOLT_VERSION_MAVEN,
		  "1-alpha = 1.0-alpha = 1-ALPHA < 1-beta < 1-milestone < 1-rc = 1-cr < 1-snapshot = 1-SNAPSHOT < "
		  "1 = 1.0 = 1.0.0 = 1-ga = 1.final = 1-RELEASE = 1-0.ga = 1.0.0-0 < 1-sp < 1-abc < 1-1 < 1.1" },
		{ BOLT_VERSION_MAVEN, "1-a1 = 1-alpha-1 < 1-b1 = 1-beta-1 < 1-m1 = 1-milestone-1 < 1-foo2 < 1-foo10 < 1.2 < 1.10" },
		{ BOLT_VERSION_MAVEN, "1.0.RC2 < 1.0-RC3 < 1.0 < 1.0.1" },
		{ BOLT_VERSION_MAVEN, "1-ga.1 < 1-sp < 1-sp-1 < 1-sp.1 < 1-ga-1 < 1-1" },
		{ BOLT_VERSION_MAVEN, "2.0-rc1 = 2.0.0.rc1 = 2-RC-1 < 2.0.0.Final = 2 < 2.0.0.Final-redhat-1 < 2-1 < 2.0.1" },
		{ BOLT_VERSION_MAVEN, "32.1.2-android < 32.1.2-jre < 32.1.3-android" },
		{ BOLT_VERSION_MAVEN, "99999999999999999999 < 100000000000000000000" },
		/* where Maven goes in circles: what is older than its own beginning comes first */
		{ BOLT_VERSION_MAVEN, "1-rc < 1.0.alpha-1 < 1.0 < 1.0-x < 1.0-1" },
		{ BOLT_VERSION_MAVEN, "1.1-M1 < 1.1 < 1.1.BUILD-SNAPSHOT" },
		/* Gem::Version's documentation */
		{ BOLT_VERSION_GEM,
		  "0 < 0.9 < 1.a < 1.b < 1.0.b1 = 1.b1 = 1.b.1 < 1.0.b.2 < 1 = 1.0 = 1.0.0.0 < 1.0.0.0.1 < 1.0.1 < 1.10" },
		{ BOLT_VERSION_GEM, "1.A < 1.a < 1-1 = 1.pre.1 < 1.rc1 < 1.rc1.1 < 1.rc2 < 1.rc10 < 1" },
		{ BOLT_VERSION_GEM, "1.0.0.0.a.0 = 1.a < 1.a.0.0.1 < 1.0.0.1.a < 1.0.0.1" },
		{ BOLT_VERSION_GEM, "1.16.2-java = 1.16.2.pre.java < 1.16.2-x86_64-linux < 1.16.2" },
		{ BOLT_VERSION_GEM, "99999999999999999999 < 100000000000000000000" },
		/* getcomposer.org: versions and constraints; php.net: version_compare */
		{ BOLT_VERSION_COMPOSER, "dev-feature < dev-master = master = DEV-master < 1.0-dev < 1.0.0-alpha-dev < 1.0-alpha = "
					 "1.0.0.0a < 1.0-alpha1 = v1.0.alpha.1 "
					 "< 1.0-beta2 = 1b2 < 1.0.0-RC1 = 1.0rc-1 < 1.0-RC10 < 1 = 1.0 = v1.0.0.0 = 1.0-stable < "
					 "1.0-patch < 1.0-patch1 = 1.0p1 "
					 "= 1.0-pl1 < 1.0.0.1" },
		{ BOLT_VERSION_COMPOSER, "1.9 < 1.10 < 1.999.999 < 1.x-dev = 1.X.dev = 1.*-dev < 2.0.x-dev < 2.1 < 2.x-dev" },
		{ BOLT_VERSION_COMPOSER, "1.0-STABLE < 1.0-dev < 1.0+build.5 = 1.0@dev = 1.0" },
		{ BOLT_VERSION_COMPOSER, "2009.12.31 < 2010-01-02 = 2010:01-02 < 2010.01.02 < 2010:01:02.5 < 2010.1.3 < 2011-01-01 "
					 "< 20100102 < 201001021530" },
		{ BOLT_VERSION_COMPOSER, "1.0.0-beta.1 < 1.0.0-beta.1.1 < 1.0.0-beta-1.2 < 1.0.0-beta.11" },
		{ BOLT_VERSION_COMPOSER, "1.99999999999999999999 < 1.100000000000000000000" },
		{ BOLT_VERSION_COMPOSER, "1.0-foo < 1.2.3.4.5 < latest < dev-a < 0-dev" },
		/* go.dev/doc/toolchain: how Go names what its vulnerability database writes as SemVer */
		{ BOLT_VERSION_SEMVER,
		  "1.21.13 < 1.22.0-0 < 1.22beta1 = 1.22.0-beta.1 < 1.22rc1 = 1.22.0-rc.1 < 1.22.0-rc.2 < 1.22rc10 < 1.22.0 < "
		  "1.22.1 < 1.23rc1" },
		/* learn.microsoft.com: NuGet package versioning */
		{ BOLT_VERSION_NUGET,
		  "1.0.1-aaa < 1.0.1-alpha < 1.0.1-alpha10 < 1.0.1-alpha2 < 1.0.1-beta < 1.0.1-open < 1.0.1-rc.2 < "
		  "1.0.1-rc.10 < 1.0.1-zzz < 1.0.1" },
		{ BOLT_VERSION_NUGET,
		  "1.0-ALPHA = 1.0.0-alpha = 1-Alpha+META < 1 = 1.0 = 1.00.0.0 = 1.0+b < 1.0.0.1-x < 1.0.0.1 < 1.0.1" },
		{ BOLT_VERSION_NUGET,
		  "1.0--5 < 1.0--1 < 1.0-0 < 1.0-9 < 1.0-2147483647 < 1.0-20240131120000 < 1.0-2147483648 < 1.0-9a < 1.0-a-b < "
		  "1.0-ab" },
		{ BOLT_VERSION_NUGET, "1.0-a < 1.0-a.0 < 1.0-a.b < 1.0-a.b.c" },
		{ BOLT_VERSION_NUGET, "1.2.3.4.5 < 1.x < v1 < 0" },
	};

	(void) state;
	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows); i++)
		expect_chain(rows[i].scheme, rows[i].chain);
}

static void what_the_ecosystem_refuses_is_no_version(void **state)
{
	static const struct {
		enum bolt_version_scheme scheme;
		const char *good, *bad;
	} rows[] = {
		{ BOLT_VERSION_PEP440,
		  "0 1.0 v1 1!1 1.0a 1.0a. 1.0-1 1.0a-1-2 1.0.post 1.0rev 1.0r4 1.0.dev 1.0_DEV1 1.0+a 1.0+a.b-c_1 1.0a.dev+x",
		  "x 1. .1 1..2 1!2!3 1!! 1.0-foo 1.0+ 1.0+a..b 1.0+a. 1.0-1-2 1.0post1a1 1.0dev1post1 vv1 1.0+\xc3\xa9 1.0.*" },
		{ BOLT_VERSION_MAVEN, "1 1.0-SNAPSHOT x .. - 1+2 1~", "[1] 1,2 (1 1/2 1\\2 1:2 ${v} 1* 1? 1|2 \"1\" <1>" },
		{ BOLT_VERSION_GEM, "0 1.0 1.0.a 1.a-b 1-2 1-a-b.c--d 01 1.0-a.b-c 1-- 1.Z9",
		  "a 1. .1 1..2 1- 1a 1.0-a. 1.0-a..b 1_0 1.0+a v1" },
		{ BOLT_VERSION_COMPOSER,
		  "1 v1 1.0 1.0.0.0 12345 1.0- 1.0. 1.0_beta1 1.0-dev 1.0--dev 1.x-dev 1.0.*-dev 1-dev dev-x dev- master trunk "
		  "default "
		  "1.0@dev 1+a 20100102 2010-01-02 201001 2010.01.02.1.2 2010:01 1.0beta1.2-3dev",
		  "x v 1.x 1.2.3.4.5 1.0-foo 1.0#a Master feature-dev 1.0+ 1.0@foo 2010-1 2010:1 123456.1.1.1.1 1.0-beta_1 "
		  "1.0-dev1 1.x.y-dev "
		  "1..2 12345678901234567890123 @dev -dev 2010-01-02-1-2-3" },
		{ BOLT_VERSION_SEMVER, "1.22rc1 1.5beta2 1.22", "1.22.0rc1 1.22rc 1.22foo1 1rc1 1.22rc1+x 1.22rc1.1" },
		{ BOLT_VERSION_NUGET, "1 1.0 1.2.3.4 01.02 1.0-a 1.0-a-b.0.--1+001.x 1.0--1 2147483647 1.0-0a 1.0+a",
		  "x v1 1. .1 1..2 1.2.3.4.5 1.0- 1.0+ 1.0-a..b 1.0-01 1.0-a_b 1.0-a+b+c 2147483648 1.0.99999999999 -1" },
	};

	(void) state;
	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows); i++) {
		expect_valid(rows[i].scheme, rows[i].good, true);
		expect_valid(rows[i].scheme, rows[i].bad, false);
	}
}

/* What blanks stand in or around, and nothing at all. */
static void blanks_are_what_the_ecosystem_takes_them_for(void **state)
{
	static const struct {
		enum bolt_version_scheme scheme;
		const char *version, *same; /* NULL: not valid */
	} rows[] = {
		{ BOLT_VERSION_PEP440, " \t1.0\n", "1.0" },
		{ BOLT_VERSION_PEP440, "1. 0", NULL },
		{ BOLT_VERSION_PEP440, "", NULL },
		{ BOLT_VERSION_MAVEN, "", NULL },
		{ BOLT_VERSION_GEM, " 1.0 ", "1" },
		{ BOLT_VERSION_GEM, "", "0" },
		{ BOLT_VERSION_GEM, "1 .0", NULL },
		{ BOLT_VERSION_COMPOSER, " 1.0 ", "1.0" },
		{ BOLT_VERSION_COMPOSER, "1.0 as 2.0", "1.0" },
		{ BOLT_VERSION_COMPOSER, "dev-x  as  2.0", "dev-x" },
		{ BOLT_VERSION_COMPOSER, "1.0 as", NULL },
		{ BOLT_VERSION_COMPOSER, "1.0 as 2.0 3", NULL },
		{ BOLT_VERSION_COMPOSER, "1.0 @dev", NULL },
		{ BOLT_VERSION_COMPOSER, "", NULL },
		{ BOLT_VERSION_NUGET, " 1 . 2 -beta ", "1.2-beta" },
		{ BOLT_VERSION_NUGET, "1 2", NULL },
		{ BOLT_VERSION_NUGET, "", NULL },
	};

	(void) state;
	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows); i++) {
		if (bolt_version_valid(rows[i].scheme, rows[i].version) != (rows[i].same != NULL))
			fail_msg("%s: '%s'", bolt_version_scheme_text(rows[i].scheme), rows[i].version);
		if (rows[i].same)
			expect_order(rows[i].scheme, rows[i].version, rows[i].same, 0);
	}
}

/* A quarter of a megabyte of whatever makes a comparison look ahead: a quadratic one would take minutes. */
static void long_versions_take_linear_time(void **state)
{
	static const char *const units[] = { "0.",  "0",   "1.", "a",     "a1", "-", "0-", "0.a",
					     ".ga", "1.x", "1-", "ga-0.", " ",  "+", "@",  "-1" };
	enum { LENGTH = 1 << 18 };
	static char version[LENGTH + 8], other[LENGTH + 8];

	(void) state;
	for (size_t i = 0; i < BOLT_ARRAY_LEN(units); i++) {
		for (size_t n = 0, len = strlen(units[i]); n < LENGTH; n++)
			version[n] = units[i][n % len];
		memcpy(version + LENGTH, "1", sizeof("1"));
		memcpy(other, version, sizeof(other));
		memcpy(other + LENGTH, "2", sizeof("2"));
		for (enum bolt_version_scheme scheme = BOLT_VERSION_PEP440; scheme < _BOLT_VERSION_SCHEME_MAX; scheme++) {
			assert_int_equal(version_sign(scheme, version, version), 0);
			assert_int_equal(version_sign(scheme, version, other), -version_sign(scheme, other, version));
			(void) bolt_version_valid(scheme, version);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(versions_stand_in_the_order_of_their_ecosystem),
		cmocka_unit_test(what_the_ecosystem_refuses_is_no_version),
		cmocka_unit_test(blanks_are_what_the_ecosystem_takes_them_for),
		cmocka_unit_test(long_versions_take_linear_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
