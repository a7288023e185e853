/* Names of ecosystems and packages as publishers write them, and what is asked about a package. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "advisory/ecosystem.h"

static void one_release_has_one_name(void **state)
{
	static const struct {
		const char *written, *want; /* NULL: refused */
	} rows[] = {
		{ "Debian:11", "Debian:11" },
		{ "debian:11", "Debian:11" },
		{ "Debian:11.5", "Debian:11" },
		{ "Debian:6.0", "Debian:6" },
		{ "Debian:3.1", "Debian:3.1" },
		{ "Debian", "Debian" },
		{ "Ubuntu:22.04:LTS", "Ubuntu:22.04" },
		{ "Ubuntu:24.10", "Ubuntu:24.10" },
		{ "Ubuntu:Pro:18.04:LTS", "Ubuntu:Pro:18.04" },
		{ "Alpine:v3.18", "Alpine:v3.18" },
		{ "AlmaLinux:8", "AlmaLinux:8" },
		{ "Rocky Linux:9", "Rocky Linux:9" },
		{ "Red Hat:enterprise_linux:9::baseos", "Red Hat:9" },
		{ "Red Hat:enterprise_linux:8::appstream", "Red Hat:8" },
		{ "Red Hat:9.4", "Red Hat:9" },
		{ "SUSE:Linux Enterprise Server 15 SP5", "SUSE:15.5" },
		{ "SUSE:Linux Enterprise Module for Basesystem 15 SP6", "SUSE:15.6" },
		{ "SUSE:Linux Enterprise Server 12 SP5-LTSS", "SUSE:12.5" },
		{ "openSUSE:Leap 15.5", "openSUSE:15.5" },
		{ "openSUSE:Tumbleweed", "openSUSE:Tumbleweed" },
		{ "npm", "npm" },
		{ "PyPI", "PyPI" },
		{ "crates.io", "crates.io" },
		{ "Maven:https://maven.example/repo", "Maven:https://maven.example/repo" },
		{ "Plan 9", NULL },
		{ "", NULL },
		{ "Red Hat:enterprise_linux", NULL },
	};
	char name[BOLT_ECOSYSTEM_NAME];

	(void) state;
	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows); i++) {
		int r = bolt_ecosystem_normalise(rows[i].written, name);

		if (!rows[i].want) {
			assert_int_equal(r, -EINVAL);
			continue;
		}
		assert_int_equal(r, 0);
		assert_string_equal(name, rows[i].want);
	}
}

static void names_are_compared_as_their_ecosystem_does(void **state)
{
	static const struct {
		const char *ecosystem, *written, *want;
	} rows[] = {
		{ "PyPI", "Jinja2", "jinja2" },
		{ "PyPI", "zope.interface", "zope-interface" },
		{ "PyPI", "a__b-.c", "a-b-c" },
		{ "npm", "@Scope/Name", "@Scope/Name" },
		{ "Packagist", "Drupal/Core", "drupal/core" },
		{ "NuGet", "Newtonsoft.Json", "newtonsoft.json" },
		{ "Go", "github.com/A/b", "github.com/A/b" },
	};
	char name[BOLT_ADVISED_NAME], huge[BOLT_ADVISED_NAME + 8];

	(void) state;
	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows); i++) {
		assert_int_equal(bolt_ecosystem_package(bolt_ecosystem_find(rows[i].ecosystem), rows[i].written, name), 0);
		assert_string_equal(name, rows[i].want);
	}
	memset(huge, 'a', sizeof(huge));
	huge[sizeof(huge) - 1] = '\0';
	assert_int_equal(bolt_ecosystem_package(bolt_ecosystem_find("npm"), huge, name), -EINVAL);
	assert_int_equal(bolt_ecosystem_package(bolt_ecosystem_find("npm"), "", name), -EINVAL);
}

static void a_package_is_asked_about_where_its_publisher_speaks(void **state)
{
	static const struct {
		const char *os, *release, *type, *name, *version, *source, *source_version;
		const char *want[BOLT_PROBES_MOST]; /* "ecosystem package version [binary]" */
	} rows[] = {
		{ "debian",
		  "11",
		  "deb",
		  "libssl1.1",
		  "1.1.1n-0+b1",
		  "openssl",
		  "1.1.1n-0",
		  { "Debian:11 openssl 1.1.1n-0", "Debian:11 libssl1.1 1.1.1n-0+b1 binary" } },
		{ "debian", "6.0.10", "deb", "bash", "4.1-3", NULL, NULL, { "Debian:6 bash 4.1-3", "Debian:6 bash 4.1-3 binary" } },
		{ "debian", "sid", "deb", "bash", "5.1-2", NULL, NULL, { NULL } },
		{ "debian", "11", "deb", "bash", "5.1-2", NULL, NULL, { "Debian:11 bash 5.1-2", "Debian:11 bash 5.1-2 binary" } },
		{ "ubuntu",
		  "22.04",
		  "deb",
		  "libssl3",
		  "3.0.2-0ubuntu1",
		  "openssl",
		  NULL,
		  { "Ubuntu:22.04 openssl 3.0.2-0ubuntu1", "Ubuntu:22.04 libssl3 3.0.2-0ubuntu1 binary",
		    "Ubuntu:Pro:22.04 openssl 3.0.2-0ubuntu1", "Ubuntu:Pro:22.04 libssl3 3.0.2-0ubuntu1 binary" } },
		{ "alpine",
		  "3.18.4",
		  "apk",
		  "libcrypto3",
		  "3.1.3-r0",
		  "openssl",
		  NULL,
		  { "Alpine:v3.18 openssl 3.1.3-r0", "Alpine:v3.18 libcrypto3 3.1.3-r0 binary" } },
		{ "alpine",
		  "3.21.0_alpha20240923",
		  "apk",
		  "musl",
		  "1.2.5-r1",
		  NULL,
		  NULL,
		  { "Alpine:edge musl 1.2.5-r1", "Alpine:edge musl 1.2.5-r1 binary" } },
		{ "almalinux", "8.9", "rpm", "bash", "4.4.20-4.el8", "bash", NULL, { "AlmaLinux:8 bash 4.4.20-4.el8" } },
		{ "sles", "15.5", "rpm", "zypper", "1.14-1", NULL, NULL, { "SUSE:15.5 zypper 1.14-1" } },
		{ "amzn", "2023", "rpm", "curl", "8.0-1", NULL, NULL, { "Amazon Linux:2023 curl 8.0-1" } },
		{ "debian", "11", "pypi", "Jinja2", "2.11", NULL, NULL, { "PyPI jinja2 2.11" } },
		{ NULL, NULL, "golang", "golang.org/x/net", "v0.1.0", NULL, NULL, { "Go golang.org/x/net v0.1.0" } },
		{ NULL, NULL, "npm", "lodash", "", NULL, NULL, { NULL } },    /* no version, no answer */
		{ "debian", NULL, "deb", "bash", "5", NULL, NULL, { NULL } }, /* testing has no number */
		{ "haiku", "1", "deb", "bash", "5", NULL, NULL, { NULL } },
		{ "debian", "12", "unheard-of", "x", "1", NULL, NULL, { NULL } },
	};
	char text[BOLT_ADVISED_NAME + BOLT_ECOSYSTEM_NAME + 64];

	(void) state;
	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows); i++) {
		const struct bolt_os os = { .id = rows[i].os, .version_id = rows[i].release };
		const struct bolt_package package = { .type = rows[i].type,
						      .name = rows[i].name,
						      .version = rows[i].version,
						      .source_name = rows[i].source,
						      .source_version = rows[i].source_version };
		struct bolt_probe probes[BOLT_PROBES_MOST];
		size_t n = bolt_probes_of(&package, &os, probes), want = 0;

		while (want < BOLT_PROBES_MOST && rows[i].want[want])
			want++;
		assert_int_equal(n, want);
		for (size_t k = 0; k < n; k++) {
			(void) snprintf(text, sizeof(text), "%s %s %s%s", probes[k].ecosystem, probes[k].package, probes[k].version,
					probes[k].binary ? " binary" : "");
			assert_string_equal(text, rows[i].want[k]);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_release_has_one_name),
		cmocka_unit_test(names_are_compared_as_their_ecosystem_does),
		cmocka_unit_test(a_package_is_asked_about_where_its_publisher_speaks),
	};

	return cmocka_run_group_tests_name("ecosystem", tests, NULL, NULL);
}
