#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/macros.h"
#include "oci/url.h"

static void this_machine_and_what_only_looks_like_it(void **state)
{
	static const struct {
		const char *host;
		bool local;
	} rows[] = {
		{ "localhost", true },
		{ "LOCALHOST:5000", true },
		{ "127.0.0.1", true },
		{ "127.255.0.3:80", true },
		{ "[::1]", true },
		{ "[::1]:5000", true },
		{ "localhost.example", false },
		{ "127.0.0.1.example", false },
		{ "127.0.0.256", false },
		{ "127.1", false },
		{ "127.0.0.0001", false },
		{ "128.0.0.1", false },
		{ "[::1]x", false },
		{ "[::2]", false },
		{ "", false },
	};

	(void) state;
	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows); i++) {
		if (bolt_host_is_local(rows[i].host) != rows[i].local)
			fail_msg("%s", rows[i].host);
	}
}

static void the_same_site_is_written_the_same(void **state)
{
	static const struct {
		const char *url, *origin; /* NULL: no URL */
	} rows[] = {
		{ "https://host/a?b", "https://host:443" },
		{ "https://host:443", "https://host:443" },
		{ "http://host/", "http://host:80" },
		{ "https://user:pass@host:5/", "https://host:5" },
		{ "https://[::1]/", "https://[::1]:443" },
		{ "host/a", NULL },
		{ "file:///etc/passwd", NULL },
		{ "", NULL },
		{ "https://", NULL },
	};

	(void) state;
	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows); i++) {
		struct bolt_site site = { .origin = "seven" };

		assert_int_equal(bolt_url_site(rows[i].url, &site), rows[i].origin ? 0 : -EBADMSG);
		assert_string_equal(site.origin, rows[i].origin ? rows[i].origin : "seven");
	}
}

static void escaping_for_a_query(void **state)
{
	char *text = bolt_url_escape("repository:a/b:pull,push x&y=\xc3\xa9~");

	(void) state;
	assert_string_equal(text, "repository%3Aa%2Fb%3Apull%2Cpush%20x%26y%3D%C3%A9~");
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(this_machine_and_what_only_looks_like_it),
		cmocka_unit_test(the_same_site_is_written_the_same),
		cmocka_unit_test(escaping_for_a_query),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
