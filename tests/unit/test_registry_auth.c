#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/macros.h"
#include "oci/registry_auth.h"

static const struct {
	const char *value;
	bool basic;
	const char *realm, *service, *scope; /* realm NULL: no Bearer challenge */
} good[] = {
	{ "Bearer realm=\"https://auth.docker.io/token\",service=\"registry.docker.io\",scope=\"repository:library/debian:pull\"",
	  false, "https://auth.docker.io/token", "registry.docker.io", "repository:library/debian:pull" },
	{ "Basic realm=\"Registry\"", true, NULL, NULL, NULL },
	{ "Basic", true, NULL, NULL, NULL },
	{ "basic realm=x", true, NULL, NULL, NULL },
	{ "BEARER Realm=\"https://a\" , SERVICE=b", false, "https://a", "b", "" },
	{ "Bearer realm = \"https://a\"", false, "https://a", "", "" }, /* spaces the RFC calls bad, and tolerates */
	{ "Basic realm=\"a\", Bearer realm=\"https://b\",service=\"c\"", true, "https://b", "c", "" },
	{ "Bearer realm=\"https://b\", Basic realm=\"a\"", true, "https://b", "", "" },
	{ "Bearer realm=\"https://one\", Bearer realm=\"https://two\"", false, "https://one", "", "" },
	{ "Negotiate, Basic", true, NULL, NULL, NULL },
	{ "Negotiate YII+/x==, Bearer realm=\"https://b\"", false, "https://b", "", "" },
	{ "Newauth realm=\"apps\", type=1, title=\"Login to \\\"apps\\\"\", Basic realm=\"simple\"", true, NULL, NULL,
	  NULL }, /* the RFC's own */
	{ "Bearer realm=\"https://a\",scope=\"repository:x:pull,push\"", false, "https://a", "", "repository:x:pull,push" },
	{ "Bearer realm=\"https://a\",error=\"insufficient_scope\"", false, "https://a", "", "" },
	{ "Bearer service=\"no realm\"", false, NULL, NULL, NULL },
	{ ", ,Basic realm=\"a\", ,", true, NULL, NULL, NULL },
	{ "Bearer realm=\"a\\\\b\\\"c\"", false, "a\\b\"c", "", "" },
	{ "", false, NULL, NULL, NULL },
};

static void challenges(void **state)
{
	(void) state;
	for (size_t i = 0; i < BOLT_ARRAY_LEN(good); i++) {
		struct bolt_challenge challenge = { .basic = false };
		struct bolt_err err = { .msg = "" };
		int r = bolt_challenge_parse(bolt_cursor(good[i].value, strlen(good[i].value)), &challenge, &err);

		if (r < 0)
			print_error("%s: %s\n", good[i].value, err.msg);
		assert_int_equal(r, 0);
		assert_int_equal(challenge.basic, good[i].basic);
		assert_int_equal(challenge.bearer, good[i].realm != NULL);
		assert_string_equal(challenge.realm, good[i].realm ? good[i].realm : "");
		assert_string_equal(challenge.service, good[i].realm ? good[i].service : "");
		assert_string_equal(challenge.scope, good[i].realm ? good[i].scope : "");
	}
}

static void two_header_lines_add_up(void **state)
{
	struct bolt_challenge challenge = { .basic = false };

	(void) state;
	assert_int_equal(bolt_challenge_parse(bolt_cursor("Basic realm=a", 13), &challenge, NULL), 0);
	assert_int_equal(bolt_challenge_parse(bolt_cursor("Bearer realm=b", 14), &challenge, NULL), 0);
	assert_true(challenge.basic && challenge.bearer);
	assert_string_equal(challenge.realm, "b");
}

static const char *const bad[] = {
	"Bearer realm=\"never closed", "Bearer realm=\"x\\", "Bearer realm=",  "Bearer realm=\"a\" \"b\"",
	"Bearer realm=\"a\"b",         "\"Basic\"",          "Basic; realm=a", "=",
	"Bearer realm=\"a\", =b",      "Bearer r\xc3\xa9=1", "Bearer @",
};

static void malformed_ones_change_nothing(void **state)
{
	(void) state;
	for (size_t i = 0; i < BOLT_ARRAY_LEN(bad); i++) {
		struct bolt_challenge challenge = { .basic = false, .realm = "seven" };
		struct bolt_err err = { .msg = "" };
		int r = bolt_challenge_parse(bolt_cursor(bad[i], strlen(bad[i])), &challenge, &err);

		if (r != -EBADMSG)
			print_error("%s\n", bad[i]);
		assert_int_equal(r, -EBADMSG);
		assert_string_equal(challenge.realm, "seven");
		assert_non_null(strstr(err.msg, "WWW-Authenticate"));
	}
}

static void parameters_are_bounded(void **state)
{
	char value[4096];

	(void) state;
	for (size_t n = 1000; n < 1100; n++) {
		struct bolt_challenge challenge = { .basic = false };
		size_t used = (size_t) snprintf(value, sizeof(value), "Bearer realm=\"");

		memset(value + used, 'a', n);
		value[used + n] = '"';
		int r = bolt_challenge_parse(bolt_cursor(value, used + n + 1), &challenge, NULL);
		assert_int_equal(r, n <= 1023 ? 0 : -EBADMSG);
		assert_int_equal(strlen(challenge.realm), n <= 1023 ? n : 0);
	}
}

static const struct {
	const char *answer, *token; /* NULL: refused */
} tokens[] = {
	{ "{\"token\":\"abc.def\",\"expires_in\":300}", "abc.def" },
	{ "{\"access_token\":\"xyz\"}", "xyz" },
	{ "{\"token\":\"a\",\"access_token\":\"b\"}", "a" },
	{ "{\"token\":\"\",\"access_token\":\"b\"}", "b" },
	{ "{}", NULL },
	{ "[]", NULL },
	{ "{\"token\":7}", NULL },
	{ "{\"token\":\"a b\"}", NULL },
	{ "{\"token\":\"a\\r\\nEvil: yes\"}", NULL },
	{ "{\"token\":\"caf\xc3\xa9\"}", NULL },
	{ "not json", NULL },
	{ "[[[[[[[[[[]]]]]]]]]]", NULL },
};

static void token_answers(void **state)
{
	(void) state;
	for (size_t i = 0; i < BOLT_ARRAY_LEN(tokens); i++) {
		char *token = NULL;
		struct bolt_err err = { .msg = "" };
		int r = bolt_token_parse(tokens[i].answer, strlen(tokens[i].answer), &token, &err);

		assert_int_equal(r, tokens[i].token ? 0 : -EBADMSG);
		if (tokens[i].token)
			assert_string_equal(token, tokens[i].token);
		else
			assert_true(err.msg[0] && !token);
		free(token);
	}
}

static void a_token_over_the_bound_is_refused(void **state)
{
	static char answer[40000];
	char *token = NULL;
	size_t n = 33000;

	(void) state;
	memcpy(answer, "{\"token\":\"", 10);
	memset(answer + 10, 'a', n);
	memcpy(answer + 10 + n, "\"}", 2);
	assert_int_equal(bolt_token_parse(answer, n + 12, &token, NULL), -EBADMSG);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(challenges),
		cmocka_unit_test(two_header_lines_add_up),
		cmocka_unit_test(malformed_ones_change_nothing),
		cmocka_unit_test(parameters_are_bounded),
		cmocka_unit_test(token_answers),
		cmocka_unit_test(a_token_over_the_bound_is_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
