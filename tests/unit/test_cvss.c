/* Worked examples of FIRST's documents (rows that name a CVE, or follow one): the v2 guide's section 3.3, the examples documents of
 * v3.0, v3.1 and v4.0; and what the equations give at their edges. tests/component/cvss.bats compares whole spaces of vectors. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "advisory/cvss.h"

#define V2 "AV:N/AC:L/Au:N/"
#define V4_ENTRY "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/"

static const struct row {
	const char *vector;
	unsigned base, score; /* tenths */
	enum bolt_severity severity;
} scores[] = {
	/* CVE-2002-0392, CVE-2003-0818, CVE-2003-0062 */
	{ V2 "C:N/I:N/A:C", 78, 78, BOLT_SEVERITY_HIGH },
	{ V2 "C:N/I:N/A:C/E:F/RL:OF/RC:C", 78, 64, BOLT_SEVERITY_HIGH },
	{ V2 "C:N/I:N/A:C/E:F/RL:OF/RC:C/CDP:H/TD:H/CR:M/IR:M/AR:H", 78, 92, BOLT_SEVERITY_HIGH },
	{ V2 "C:N/I:N/A:C/E:F/RL:OF/RC:C/CDP:N/TD:N/CR:M/IR:M/AR:H", 78, 0, BOLT_SEVERITY_HIGH },
	{ "(" V2 "C:C/I:C/A:C)", 100, 100, BOLT_SEVERITY_HIGH },
	{ V2 "C:C/I:C/A:C/E:F/RL:OF/RC:C", 100, 83, BOLT_SEVERITY_HIGH },
	{ V2 "C:C/I:C/A:C/E:F/RL:OF/RC:C/CDP:H/TD:H/CR:M/IR:M/AR:L", 100, 90, BOLT_SEVERITY_HIGH },
	{ "AV:L/AC:H/Au:N/C:C/I:C/A:C", 62, 62, BOLT_SEVERITY_MEDIUM },
	{ "AV:L/AC:H/Au:N/C:C/I:C/A:C/E:POC/RL:OF/RC:C", 62, 49, BOLT_SEVERITY_MEDIUM },
	{ "AV:L/AC:H/Au:N/C:C/I:C/A:C/E:POC/RL:OF/RC:C/CDP:H/TD:H/CR:M/IR:M/AR:M", 62, 75, BOLT_SEVERITY_MEDIUM },
	{ V2 "C:N/I:N/A:N", 0, 0, BOLT_SEVERITY_LOW },
	/* so little that the adjusted score falls below nothing */
	{ "AV:L/AC:H/Au:M/C:P/I:N/A:N/CR:L", 8, 0, BOLT_SEVERITY_LOW },

	{ "CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N", 61, 61, BOLT_SEVERITY_MEDIUM },   /* CVE-2013-1937 */
	{ "CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:C/C:L/I:L/A:N", 64, 64, BOLT_SEVERITY_MEDIUM },   /* CVE-2013-0375 */
	{ "CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:U/C:L/I:N/A:N", 31, 31, BOLT_SEVERITY_LOW },      /* CVE-2014-3566 */
	{ "CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:C/C:H/I:H/A:H", 99, 99, BOLT_SEVERITY_CRITICAL }, /* CVE-2012-1516 */
	{ "CVSS:3.1/AV:L/AC:L/PR:H/UI:N/S:U/C:L/I:L/A:L", 42, 42, BOLT_SEVERITY_MEDIUM },   /* CVE-2009-0783 */
	{ "CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H", 88, 88, BOLT_SEVERITY_HIGH },     /* CVE-2012-0384 */
	{ "CVSS:3.1/AV:L/AC:L/PR:N/UI:R/S:U/C:H/I:H/A:H", 78, 78, BOLT_SEVERITY_HIGH },     /* CVE-2015-1098 */
	{ "CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N", 75, 75, BOLT_SEVERITY_HIGH },     /* CVE-2014-0160 */
	{ "CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 98, 98, BOLT_SEVERITY_CRITICAL }, /* CVE-2014-6271 */
	{ "CVSS:3.0/AV:N/AC:H/PR:N/UI:N/S:C/C:N/I:H/A:N", 68, 68, BOLT_SEVERITY_MEDIUM },   /* CVE-2008-1447 */
	{ "CVSS:3.0/AV:P/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 68, 68, BOLT_SEVERITY_MEDIUM },   /* CVE-2014-2005 */
	{ "CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:C/C:L/I:N/A:N", 58, 58, BOLT_SEVERITY_MEDIUM },   /* CVE-2010-0467 */
	{ "CVSS:3.0/AV:A/AC:L/PR:N/UI:N/S:C/C:H/I:N/A:H", 93, 93, BOLT_SEVERITY_CRITICAL }, /* CVE-2013-6014 */
	{ "CVSS:3.0/AV:P/AC:L/PR:N/UI:N/S:U/C:N/I:H/A:N", 46, 46, BOLT_SEVERITY_MEDIUM },   /* CVE-2014-2019 */
	{ "CVSS:3.0/AV:N/AC:H/PR:N/UI:N/S:U/C:H/I:H/A:N", 74, 74, BOLT_SEVERITY_HIGH },     /* CVE-2014-0224 */
	{ "CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:H/I:H/A:H", 96, 96, BOLT_SEVERITY_CRITICAL }, /* CVE-2012-5376 */
	{ "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:N/I:N/A:N", 0, 0, BOLT_SEVERITY_NEGLIGIBLE },
	{ "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/E:U/RL:O/RC:U", 98, 78, BOLT_SEVERITY_CRITICAL },
	{ "CVSS:3.0/S:U/AV:N/AC:L/PR:H/UI:N/C:L/I:L/A:N/E:F/RL:X", 38, 37, BOLT_SEVERITY_LOW },
	/* v3.1 changed the modified impact, and by that this score */
	{ "CVSS:3.0/AV:N/AC:H/PR:H/UI:N/S:C/C:H/I:H/A:H/CR:M", 80, 80, BOLT_SEVERITY_HIGH },
	{ "CVSS:3.1/AV:N/AC:H/PR:H/UI:N/S:C/C:H/I:H/A:H/CR:M", 80, 81, BOLT_SEVERITY_HIGH },
	{ "CVSS:3.1/AV:N/AC:H/PR:H/UI:N/S:C/C:H/I:H/A:H/CR:X/MS:X", 80, 80, BOLT_SEVERITY_HIGH },

	{ V4_ENTRY "VC:H/VI:H/VA:H/SC:H/SI:H/SA:H", 100, 100, BOLT_SEVERITY_CRITICAL }, /* CVE-2021-44228 */
	{ V4_ENTRY "VC:H/VI:N/VA:N/SC:N/SI:N/SA:N", 87, 87, BOLT_SEVERITY_HIGH },       /* CVE-2014-0160 */
	{ V4_ENTRY "VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", 93, 93, BOLT_SEVERITY_CRITICAL },   /* CVE-2014-6271 */
	{ V4_ENTRY "VC:N/VI:N/VA:N/SC:N/SI:N/SA:N/E:A/S:P/U:Red", 0, 0, BOLT_SEVERITY_NEGLIGIBLE },
	{ "CVSS:4.0/AV:L/AC:L/AT:P/PR:L/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", 73, 73, BOLT_SEVERITY_HIGH }, /* CVE-2022-41741 */
	{ "CVSS:4.0/AV:N/AC:L/AT:P/PR:N/UI:P/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", 77, 77, BOLT_SEVERITY_HIGH }, /* CVE-2020-3549 */
	{ "CVSS:4.0/AV:N/AC:L/AT:P/PR:N/UI:P/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N/E:U", 52, 52, BOLT_SEVERITY_MEDIUM },
	{ "CVSS:4.0/AV:N/AC:L/AT:P/PR:N/UI:N/VC:H/VI:L/VA:L/SC:N/SI:N/SA:N", 83, 83, BOLT_SEVERITY_HIGH },   /* CVE-2023-3089 */
	{ "CVSS:4.0/AV:L/AC:L/AT:N/PR:N/UI:A/VC:L/VI:N/VA:N/SC:N/SI:N/SA:N", 46, 46, BOLT_SEVERITY_MEDIUM }, /* CVE-2021-44714 */
	{ "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:A/VC:N/VI:N/VA:N/SC:L/SI:L/SA:N", 51, 51, BOLT_SEVERITY_MEDIUM }, /* CVE-2022-21830 */
	{ "CVSS:4.0/AV:L/AC:L/AT:N/PR:H/UI:N/VC:N/VI:N/VA:N/SC:H/SI:N/SA:N", 59, 59, BOLT_SEVERITY_MEDIUM }, /* CVE-2023-21989 */
	/* modified metrics replace, requirements and maturity lower; a safety impact is higher than high */
	{ V4_ENTRY "VC:H/VI:H/VA:H/SC:H/SI:H/SA:H/E:U/CR:L/IR:L/AR:L", 79, 79, BOLT_SEVERITY_HIGH },
	{ V4_ENTRY "VC:H/VI:H/VA:H/SC:H/SI:H/SA:H/MAV:P/MPR:H", 86, 86, BOLT_SEVERITY_HIGH },
	{ V4_ENTRY "VC:L/VI:N/VA:N/SC:N/SI:N/SA:N/MSI:S", 89, 89, BOLT_SEVERITY_HIGH },
};

static void the_specifications_own_examples(void **state)
{
	(void) state;
	for (size_t i = 0; i < BOLT_ARRAY_LEN(scores); i++) {
		const struct row *row = &scores[i];
		struct bolt_cvss cvss = { .major = 7 };

		if (bolt_cvss_parse(row->vector, &cvss) != 0)
			fail_msg("%s: refused", row->vector);
		if (cvss.base_tenths != row->base || cvss.tenths != row->score || cvss.severity != row->severity)
			fail_msg("%s: base %u (want %u), score %u (want %u), %s", row->vector, cvss.base_tenths, row->base,
				 cvss.tenths, row->score, bolt_severity_text(cvss.severity));
	}
}

static void the_version_is_told(void **state)
{
	static const struct {
		const char *vector;
		unsigned major, minor;
	} rows[] = {
		{ V2 "C:N/I:N/A:C", 2, 0 },
		{ "CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N", 3, 0 },
		{ "CVSS:3.1/A:N/I:N/C:H/S:U/UI:N/PR:N/AC:L/AV:N", 3, 1 }, /* in any order */
		{ V4_ENTRY "VC:H/VI:N/VA:N/SC:N/SI:N/SA:N", 4, 0 },
	};

	(void) state;
	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows); i++) {
		struct bolt_cvss cvss;

		assert_int_equal(bolt_cvss_parse(rows[i].vector, &cvss), 0);
		assert_int_equal(cvss.major, rows[i].major);
		assert_int_equal(cvss.minor, rows[i].minor);
	}
}

static void what_is_no_vector_is_refused(void **state)
{
	static const char *const rows[] = {
		"",
		"/",
		":",
		"()",
		"(",
		"CVSS:3.1",
		"CVSS:3.1/",
		"CVSS:3.2/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N",
		"CVSS:2.0/" V2 "C:N/I:N/A:C",
		"cvss:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N",
		"AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N",              /* v3 without its prefix */
		"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N",         /* no A */
		"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N/",    /* ends in '/' */
		"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N//A:N",    /* an empty metric */
		"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N/C:H", /* repeated */
		"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N/E:X/E:X",
		"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N/ZZ:H", /* unknown */
		"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:Z",
		"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:",
		"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A",
		"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:NN",
		"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N:N",
		"CVSS:3.1/av:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N",
		"CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:X/I:N/A:N", /* a required metric cannot be undefined */
		"(CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N)",
		"(" V2 "C:N/I:N/A:C",
		V2 "C:N/I:N/A:C/PR:N",
		V4_ENTRY "VC:H/VI:H/VA:H/SC:S/SI:S/SA:S", /* safety is a modified value only */
		V4_ENTRY "VC:H/VI:H/VA:H/SC:H/SI:H",
		V4_ENTRY "VC:H/VI:H/VA:H/SC:H/SI:H/SA:H/U:red",
		" " V2 "C:N/I:N/A:C",
	};

	(void) state;
	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows); i++) {
		struct bolt_cvss cvss = { .major = 7, .tenths = 7 };

		if (bolt_cvss_parse(rows[i], &cvss) != -EINVAL || cvss.major != 7 || cvss.tenths != 7)
			fail_msg("taken: '%s'", rows[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_specifications_own_examples),
		cmocka_unit_test(the_version_is_told),
		cmocka_unit_test(what_is_no_vector_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
