#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "model/purl.h"

static struct bolt_arena *arena;

static int setup(void **state)
{
	(void) state;
	arena = bolt_arena_new(16 << 20);
	return arena ? 0 : -1;
}

static int teardown(void **state)
{
	(void) state;
	bolt_arena_free(arena);
	return 0;
}

static void same(const char *have, const char *want)
{
	if (!want)
		assert_null(have);
	else
		assert_string_equal(have ? have : "(null)", want);
}

static const struct bolt_os debian = { .id = "debian", .version_id = "12", .version_codename = "bookworm", .name = "Debian" };
static const struct bolt_os sid = { .id = "debian", .version_codename = "trixie", .name = "Debian" };
static const struct bolt_os arch = { .id = "Arch", .name = "Arch" };
static const struct bolt_os fedora = { .id = "fedora", .version_id = "40", .name = "Fedora" };

static const struct bolt_os rhel = { .id = "rhel", .version_id = "9.4", .name = "Red Hat" };
static const struct bolt_os leap = { .id = "opensuse-leap", .version_id = "15.6", .name = "Leap" };
static const struct bolt_os tumbleweed = { .id = "opensuse-tumbleweed", .name = "Tumbleweed" };
static const struct bolt_os sles = { .id = "sles", .version_id = "15.6", .name = "SLES" };

static void makes_canonical_purls(void **state)
{
	static const struct {
		struct bolt_package package;
		const struct bolt_os *os;
		const char *want;
	} rows[] = {
		{ { .type = "deb", .name = "attr", .version = "1:2.4.47-2+b1", .arch = "amd64" },
		  &debian,
		  "pkg:deb/debian/attr@1:2.4.47-2%2Bb1?arch=amd64&distro=debian-12" },
		{ { .type = "deb", .name = "a", .version = "1~rc1", .source_name = "b", .source_version = "1~rc1" },
		  &sid,
		  "pkg:deb/debian/a@1~rc1?distro=debian-trixie&upstream=b" },
		{ { .type = "deb", .name = "a", .version = "1+b1", .source_name = "a", .source_version = "1" },
		  NULL,
		  "pkg:deb/a@1%2Bb1?upstream=a%401" },
		{ { .type = "deb", .name = "a", .version = "1", .source_name = "a", .source_version = "1" }, NULL, "pkg:deb/a@1" },
		{ { .type = "alpm", .name = "Pacman", .version = "6" }, &arch, "pkg:alpm/arch/pacman@6?distro=Arch" },
		{ { .type = "rpm", .name = "NetworkManager", .version = "1:1.46-2.fc40", .arch = "x86_64" },
		  &fedora,
		  "pkg:rpm/fedora/NetworkManager@1.46-2.fc40?arch=x86_64&distro=fedora-40&epoch=1" },
		{ { .type = "rpm", .name = "a", .version = "1-1", .modularity = "m:1:2:c" },
		  &fedora,
		  "pkg:rpm/fedora/a@1-1?distro=fedora-40&rpmmod=m:1:2:c" },
		{ { .type = "rpm", .name = "a", .version = "1:2-3", .source_name = "b-c", .source_version = "2-3" },
		  &fedora,
		  "pkg:rpm/fedora/a@2-3?distro=fedora-40&epoch=1&upstream=b-c-2-3.src.rpm" },
		{ { .type = "rpm", .name = "a", .version = "2-3", .source_name = "b", .source_version = "4:2-3" },
		  NULL,
		  "pkg:rpm/a@2-3?upstream=b-2-3.src.rpm" },
		{ { .type = "rpm", .name = "a", .version = "2-3", .source_name = "b" }, NULL, "pkg:rpm/a@2-3?upstream=b" },
		{ { .type = "rpm", .name = "a", .version = "1-1" }, &rhel, "pkg:rpm/redhat/a@1-1?distro=rhel-9.4" },
		{ { .type = "rpm", .name = "a", .version = "1-1" }, &leap, "pkg:rpm/opensuse/a@1-1?distro=opensuse-leap-15.6" },
		{ { .type = "rpm", .name = "a", .version = "1-1" },
		  &tumbleweed,
		  "pkg:rpm/opensuse/a@1-1?distro=opensuse-tumbleweed" },
		{ { .type = "rpm", .name = "a", .version = "1-1" }, &sles, "pkg:rpm/suse/a@1-1?distro=sles-15.6" },
		{ { .type = "deb", .name = "a", .version = "1" }, &rhel, "pkg:deb/rhel/a@1?distro=rhel-9.4" },
		{ { .type = "golang", .name = "example.org/tool", .version = "(devel)" }, NULL, "pkg:golang/example.org/tool" },
		{ { .type = "npm", .name = "@angular/animation", .version = "12.3.1" },
		  &debian,
		  "pkg:npm/%40angular/animation@12.3.1" },
		{ { .type = "npm", .name = "JSONStream", .version = "" }, NULL, "pkg:npm/JSONStream" },
		{ { .type = "pypi", .name = "Zope._-Interface", .version = "6.1" }, NULL, "pkg:pypi/zope-interface@6.1" },
		{ { .type = "golang", .name = "github.com/BurntSushi/toml", .version = "v1+incompatible" },
		  NULL,
		  "pkg:golang/github.com/burntsushi/toml@v1%2Bincompatible" },
		{ { .type = "golang", .name = "stdlib", .version = "1.22" }, NULL, "pkg:golang/stdlib@1.22" },
		{ { .type = "maven", .name = "org.apache.commons:io", .version = "1.0 Final" },
		  NULL,
		  "pkg:maven/org.apache.commons/io@1.0%20Final" },
		{ { .type = "cargo", .name = "a/b", .version = "1" }, NULL, "pkg:cargo/a%2Fb@1" },
		{ { .type = "composer", .name = "Laravel/Framework", .version = "1" }, NULL, "pkg:composer/laravel/framework@1" },
		{ { .type = "gem", .name = "caf\xc3\xa9\xff", .version = "1" }, NULL, "pkg:gem/caf%C3%A9%EF%BF%BD@1" },
	};

	(void) state;
	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows); i++)
		same(bolt_purl_make(arena, &rows[i].package, rows[i].os), rows[i].want);
}

static void takes_purls_apart(void **state)
{
	static const struct {
		const char *text, *purl, *type, *name, *version, *arch, *source_name, *source_version, *os_id, *os_version;
	} rows[] = {
		{ "pkg:deb/debian/curl@7.50.3-1?arch=i386&distro=debian-12&upstream=c%401", NULL, "deb", "curl", "7.50.3-1", "i386",
		  "c", "1", "debian", "12" },
		{ "pkg:deb/debian/curl@7.50.3-1?distro=jessie", NULL, "deb", "curl", "7.50.3-1", NULL, "curl", "7.50.3-1", "debian",
		  NULL },
		{ "pkg:deb/debian/attr@1:2-2?arch=source", NULL, "deb", "attr", "1:2-2", "source", NULL, NULL, "debian", NULL },
		{ "pkg:rpm/opensuse/a@1-2?distro=opensuse-leap-15.5&epoch=3", NULL, "rpm", "a", "3:1-2", NULL, NULL, NULL,
		  "opensuse-leap", "15.5" },
		{ "pkg:rpm/redhat/a@1-2?upstream=b-c-4-5.src.rpm", NULL, "rpm", "a", "1-2", NULL, "b-c", "4-5", "redhat", NULL },
		{ "pkg:rpm/redhat/a@1-2?distro=rhel-9.4&upstream=b-c-4-5.nosrc.rpm", NULL, "rpm", "a", "1-2", NULL, "b-c", "4-5",
		  "rhel", "9.4" },
		{ "pkg:rpm/redhat/a@1-2?upstream=b%404-5", NULL, "rpm", "a", "1-2", NULL, "b", "4-5", "redhat", NULL },
		{ "pkg:rpm/opensuse/a@1-2?distro=opensuse-tumbleweed", NULL, "rpm", "a", "1-2", NULL, NULL, NULL,
		  "opensuse-tumbleweed", NULL },
		{ "pkg:rpm/suse/a@1-2?distro=sles-15.6", NULL, "rpm", "a", "1-2", NULL, NULL, NULL, "sles", "15.6" },
		{ "pkg:npm/@babel/core@7#/a/./b/", "pkg:npm/%40babel/core@7#a/b", "npm", "@babel/core", "7", NULL, NULL, NULL, NULL,
		  NULL },
		{ "PKG://Maven/org.x/Y@1?Type=jar&empty=", "pkg:maven/org.x/Y@1?type=jar", "maven", "org.x:Y", "1", NULL, NULL,
		  NULL, NULL, NULL },
		{ "pkg:oci/debian@sha256%3Aab?tag=1&repository_url=ghcr.io/x",
		  "pkg:oci/debian@sha256:ab?repository_url=ghcr.io%2Fx&tag=1", "oci", "debian", "sha256:ab", NULL, NULL, NULL, NULL,
		  NULL },
	};

	(void) state;
	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows); i++) {
		struct bolt_package package;
		struct bolt_os os;

		assert_int_equal(bolt_purl_parse(arena, rows[i].text, &package, &os, NULL), 0);
		same(package.purl, rows[i].purl ? rows[i].purl : rows[i].text);
		same(package.type, rows[i].type);
		same(package.name, rows[i].name);
		same(package.version, rows[i].version);
		same(package.arch, rows[i].arch);
		same(package.source_name, rows[i].source_name);
		same(package.source_version, rows[i].source_version);
		same(os.id, rows[i].os_id);
		same(os.version_id, rows[i].os_version);
		assert_int_equal(package.layer, -1);
		assert_int_equal(package.removed_layer, -1);
	}
}

static void refuses_what_is_no_purl(void **state)
{
	static const struct {
		const char *text, *says;
	} rows[] = {
		{ "", "does not begin with 'pkg:'" },
		{ "http://example.com", "does not begin with 'pkg:'" },
		{ "pkg:", "no package type" },
		{ "pkg:npm", "no name" },
		{ "pkg:npm/", "no name" },
		{ "pkg:maven/@1.3.4", "no name" },
		{ "pkg:1npm/a", "characters that no type has" },
		{ "pkg:n&g?inx/a", "characters" },
		{ "pkg:npm/a%2", "two hex digits" },
		{ "pkg:npm/a%zz", "two hex digits" },
		{ "pkg:npm/a%00b", "NUL" },
		{ "pkg:npm/a%ff", "not UTF-8" },
		{ "pkg:npm/a%2fb/c", "holds a '/'" },
		{ "pkg:npm/a@1?in%20production=true", "no qualifier has" },
		{ "pkg:npm/a@1?x=1&x=2", "there twice" },
		{ "pkg:npm/a@1?=2", "has no name" },
	};

	(void) state;
	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows); i++) {
		struct bolt_package package = { .layer = 7 };
		struct bolt_err err = { .msg = "" };

		assert_int_equal(bolt_purl_parse(arena, rows[i].text, &package, NULL, &err), -EINVAL);
		if (!strstr(err.msg, rows[i].says))
			fail_msg("%s: '%s' lacks '%s'", rows[i].text, err.msg, rows[i].says);
		assert_int_equal(package.layer, 7);
	}
}

static void meets_its_bounds(void **state)
{
	static char text[(64 << 10) + 64];
	struct bolt_package package;
	struct bolt_err err;
	size_t n;

	(void) state;
	n = (size_t) snprintf(text, sizeof(text), "pkg:npm/");
	memset(text + n, 'a', sizeof(text) - n - 1);
	assert_int_equal(bolt_purl_parse(arena, text, &package, NULL, &err), -EINVAL);
	assert_non_null(strstr(err.msg, "bound"));

	n = (size_t) snprintf(text, sizeof(text), "pkg:npm/a?");
	for (int i = 0; i < 40; i++)
		n += (size_t) snprintf(text + n, sizeof(text) - n, "q%d=1&", i);
	assert_int_equal(bolt_purl_parse(arena, text, &package, NULL, &err), -EINVAL);
	assert_non_null(strstr(err.msg, "bound of 32 qualifiers"));
}

static void a_full_arena_is_said(void **state)
{
	struct bolt_arena *small = bolt_arena_new(8);
	struct bolt_package package = { .type = "npm", .name = "left-pad", .version = "1.3.0" };

	(void) state;
	assert_non_null(small);
	assert_null(bolt_purl_make(small, &package, NULL));
	assert_int_equal(bolt_purl_parse(small, "pkg:npm/left-pad@1.3.0", &package, NULL, NULL), -ENOMEM);
	bolt_arena_free(small);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(makes_canonical_purls),   cmocka_unit_test(takes_purls_apart),
		cmocka_unit_test(refuses_what_is_no_purl), cmocka_unit_test(meets_its_bounds),
		cmocka_unit_test(a_full_arena_is_said),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
