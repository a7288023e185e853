#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/macros.h"
#include "oci/reference.h"

#define HEX32 "0123456789abcdef0123456789abcdef"
#define SHA256 "sha256:" HEX32 HEX32
#define A16 "aaaaaaaaaaaaaaaa"
#define A64 A16 A16 A16 A16
#define A128 A64 A64

static const struct {
	const char *text, *canonical, *version;
} good[] = {
	{ "debian", "docker.io/library/debian", "latest" },
	{ "debian:12", "docker.io/library/debian:12", "12" },
	{ "someone/app", "docker.io/someone/app", "latest" },
	{ "docker.io/debian", "docker.io/library/debian", "latest" },
	{ "index.docker.io/debian:12", "docker.io/library/debian:12", "12" },
	{ "docker.io/someone/app", "docker.io/someone/app", "latest" },
	{ "localhost/app", "localhost/app", "latest" },
	{ "localhost:5000", "docker.io/library/localhost:5000", "5000" }, /* a tag, as Docker reads it */
	{ "localhost:5000/a/b:tag@" SHA256, "localhost:5000/a/b:tag@" SHA256, SHA256 },
	{ "host:5000/a", "host:5000/a", "latest" },
	{ "HOST/a", "HOST/a", "latest" }, /* upper case cannot be a Docker Hub name */
	{ "a.example/b/c/d/e", "a.example/b/c/d/e", "latest" },
	{ "xn--7o8h.example/app", "xn--7o8h.example/app", "latest" },
	{ "127.0.0.1:1/app", "127.0.0.1:1/app", "latest" },
	{ "[::1]:5000/app", "[::1]:5000/app", "latest" },
	{ "[2001:db8::1]/app", "[2001:db8::1]/app", "latest" },
	{ "app@" SHA256, "docker.io/library/app@" SHA256, SHA256 },
	{ "app@sha512:" HEX32 HEX32 HEX32 HEX32, "docker.io/library/app@sha512:" HEX32 HEX32 HEX32 HEX32,
	  "sha512:" HEX32 HEX32 HEX32 HEX32 },
	{ "a__b/c--d/e.f/g-----h/i_j", "docker.io/a__b/c--d/e.f/g-----h/i_j", "latest" },
	{ "app:_x.Y-9", "docker.io/library/app:_x.Y-9", "_x.Y-9" },
	{ "app:" A128, "docker.io/library/app:" A128, A128 },
	{ "example.com/" A128 A64 A16 A16 A16 "bbbbbbbbbbbbbbb", "example.com/" A128 A64 A16 A16 A16 "bbbbbbbbbbbbbbb", "latest" },
};

static void canonical_forms(void **state)
{
	(void) state;
	for (size_t i = 0; i < BOLT_ARRAY_LEN(good); i++) {
		struct bolt_reference *reference = NULL, *again = NULL;
		struct bolt_err err = { .msg = "" };
		int r = bolt_reference_parse(good[i].text, &reference, &err);

		if (r < 0)
			print_error("%s: %s\n", good[i].text, err.msg);
		assert_int_equal(r, 0);
		char *text = bolt_reference_text(reference);
		assert_string_equal(text, good[i].canonical);
		assert_string_equal(bolt_reference_version(reference), good[i].version);

		assert_int_equal(bolt_reference_parse(text, &again, &err), 0);
		char *text_again = bolt_reference_text(again);
		assert_string_equal(text_again, text);
		free(text);
		free(text_again);
		bolt_reference_free(reference);
		bolt_reference_free(again);
	}
}

static const struct {
	const char *text, *said;
} bad[] = {
	{ "", "empty" },
	{ HEX32 HEX32, "image ID" },
	{ "App", "lower-case" },
	{ "app/", "lower-case" },
	{ "/app", "lower-case" },
	{ "a//b", "lower-case" },
	{ "a..b", "lower-case" },
	{ "a___b", "lower-case" },
	{ "a._b", "lower-case" },
	{ "-a", "lower-case" },
	{ "a-", "lower-case" },
	{ "a_", "lower-case" },
	{ "a/../b", "lower-case" },
	{ "a b", "lower-case" },
	{ "a\n", "lower-case" },
	{ "caf\xc3\xa9", "lower-case" },
	{ "https://host/a", "HOST" },
	{ "host.example/", "lower-case" },
	{ "host.example:x/a", "HOST" },
	{ "host.example:/a", "HOST" },
	{ "host.example:65536/a", "HOST" },
	{ "host..example/a", "HOST" },
	{ "-host.example/a", "HOST" },
	{ "host-.example/a", "HOST" },
	{ "host.example./a", "HOST" },
	{ "user@host.example/a", "digest" },
	{ "[::1/a", "HOST" },
	{ "[::g]/a", "HOST" },
	{ "app:", "tag" },
	{ "app:-x", "tag" },
	{ "app:.x", "tag" },
	{ "app:x y", "tag" },
	{ "app:" A128 "a", "tag" },
	{ "app@", "digest" },
	{ "app@sha256:" HEX32, "digest" },
	{ "app@sha256:" HEX32 "0123456789ABCDEF0123456789abcdef", "digest" },
	{ "app@md5:" HEX32, "digest" },
	{ "app@" SHA256 "0", "digest" },
	{ "app@" SHA256 "@" SHA256, "digest" },
	{ "example.com/" A128 A64 A16 A16 A16 A16, "255" },
	/* 250 characters and the implied "library/" */
	{ A128 A64 A16 A16 A16 "bbbbbbbbbb", "too long" },
};

static void what_is_no_reference_is_refused_with_the_reason(void **state)
{
	(void) state;
	for (size_t i = 0; i < BOLT_ARRAY_LEN(bad); i++) {
		struct bolt_reference *reference = (void *) 7;
		struct bolt_err err = { .msg = "" };

		int r = bolt_reference_parse(bad[i].text, &reference, &err);
		if (r != -EINVAL || !strstr(err.msg, bad[i].said))
			print_error("'%s': %d, %s\n", bad[i].text, r, err.msg);
		assert_int_equal(r, -EINVAL);
		assert_non_null(strstr(err.msg, bad[i].said));
		assert_ptr_equal(reference, (void *) 7);
	}
}

static void a_reference_over_the_bound_is_refused_without_printing_all_of_it(void **state)
{
	char text[5000];
	struct bolt_reference *reference = NULL;
	struct bolt_err err;

	(void) state;
	memset(text, 'a', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	assert_int_equal(bolt_reference_parse(text, &reference, &err), -EINVAL);
	assert_non_null(strstr(err.msg, "1024"));
	assert_true(strlen(err.msg) < 200);
}

static void docker_hub_has_another_host_for_its_api(void **state)
{
	(void) state;
	assert_string_equal(bolt_registry_api_host("docker.io"), "registry-1.docker.io");
	assert_string_equal(bolt_registry_api_host("host:5000"), "host:5000");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(canonical_forms),
		cmocka_unit_test(what_is_no_reference_is_refused_with_the_reason),
		cmocka_unit_test(a_reference_over_the_bound_is_refused_without_printing_all_of_it),
		cmocka_unit_test(docker_hub_has_another_host_for_its_api),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
