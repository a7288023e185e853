#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/macros.h"
#include "oci/credential_helper.h"
#include "oci/docker_config.h"

/* base64 of user:pass, of other:word and of user:a:b */
#define USER_PASS "dXNlcjpwYXNz"
#define OTHER_WORD "b3RoZXI6d29yZA=="
#define COLONS "dXNlcjphOmI="

static const struct {
	const char *config, *registry, *username, *password, *identity, *helper, *server;
} good[] = {
	{ "{\"auths\":{\"host:5000\":{\"auth\":\"" USER_PASS "\"}}}", "host:5000", "user", "pass", NULL, NULL, NULL },
	{ "{\"auths\":{\"host:5000\":{\"auth\":\"" COLONS "\"}}}", "host:5000", "user", "a:b", NULL, NULL, NULL },
	{ "{\"auths\":{\"host:5000\":{\"username\":\"user\",\"password\":\"pass\"}}}", "host:5000", "user", "pass", NULL, NULL,
	  NULL },
	{ "{\"auths\":{\"https://index.docker.io/v1/\":{\"auth\":\"" USER_PASS "\"}}}", "docker.io", "user", "pass", NULL, NULL,
	  NULL },
	{ "{\"auths\":{\"docker.io\":{\"auth\":\"" USER_PASS "\"}}}", "docker.io", "user", "pass", NULL, NULL, NULL },
	{ "{\"auths\":{\"https://host:5000/v1/\":{\"auth\":\"" USER_PASS "\"}}}", "host:5000", "user", "pass", NULL, NULL, NULL },
	{ "{\"auths\":{\"https://host:50001\":{\"auth\":\"" USER_PASS "\"}}}", "host:5000", NULL, NULL, NULL, NULL, NULL },
	{ "{\"auths\":{\"host\":{\"auth\":\"" USER_PASS "\"}}}", "host:5000", NULL, NULL, NULL, NULL, NULL },
	/* auth.json: the longest key that covers a/b */
	{ "{\"auths\":{\"host\":{\"auth\":\"" USER_PASS "\"},\"host/a\":{\"auth\":\"" OTHER_WORD "\"}}}", "host", "other", "word",
	  NULL, NULL, NULL },
	{ "{\"auths\":{\"host/a/b\":{\"auth\":\"" OTHER_WORD "\"}}}", "host", "other", "word", NULL, NULL, NULL },
	{ "{\"auths\":{\"host/a/bc\":{\"auth\":\"" OTHER_WORD "\"}}}", "host", NULL, NULL, NULL, NULL, NULL },
	{ "{\"auths\":{\"host\":{\"auth\":\"" USER_PASS "\",\"identitytoken\":\"t\"}}}", "host", "user", "pass", "t", NULL, NULL },
	{ "{\"auths\":{\"host\":{}},\"credsStore\":\"desktop\"}", "host", NULL, NULL, NULL, "desktop", "host" },
	{ "{\"auths\":{\"host\":{\"auth\":\"" USER_PASS "\"}},\"credsStore\":\"desktop\"}", "host", "user", "pass", NULL, NULL,
	  NULL },
	{ "{\"auths\":{\"host\":{\"auth\":\"" USER_PASS "\"}},\"credHelpers\":{\"host\":\"ecr-login\"}}", "host", NULL, NULL, NULL,
	  "ecr-login", "host" },
	{ "{\"credHelpers\":{\"docker.io\":\"pass\"}}", "docker.io", NULL, NULL, NULL, "pass", "https://index.docker.io/v1/" },
	{ "{\"credHelpers\":{\"other\":\"pass\"}}", "host", NULL, NULL, NULL, NULL, NULL },
	{ "{}", "host", NULL, NULL, NULL, NULL, NULL },
	{ "{\"auths\":[],\"credHelpers\":7,\"credsStore\":null}", "host", NULL, NULL, NULL, NULL, NULL },
};

static void same(const char *got, const char *want)
{
	assert_int_equal(got == NULL, want == NULL);
	if (want)
		assert_string_equal(got, want);
}

static void what_a_file_says_of_a_registry(void **state)
{
	(void) state;
	for (size_t i = 0; i < BOLT_ARRAY_LEN(good); i++) {
		struct bolt_docker_config_answer answer = { 0 };
		struct bolt_err err = { .msg = "" };
		int r = bolt_docker_config_parse(good[i].config, strlen(good[i].config), good[i].registry, "a/b", &answer, &err);

		if (r < 0)
			print_error("%s: %s\n", good[i].config, err.msg);
		assert_int_equal(r, 0);
		same(answer.credentials.username, good[i].username);
		same(answer.credentials.password, good[i].password);
		same(answer.credentials.identity_token, good[i].identity);
		same(answer.helper, good[i].helper);
		same(answer.server, good[i].server);
		bolt_docker_config_answer_done(&answer);
		assert_null(answer.credentials.password);
	}
}

static const char *const bad[] = {
	"",
	"[]",
	"{\"auths\":{\"host\":{\"auth\":\"canary",
	"{\"auths\":{\"host\":{\"auth\":\"canary!\"}}}",
	"{\"auths\":{\"host\":{\"auth\":\"Y2FuYXJ5\"}}}",     /* "canary": no colon */
	"{\"auths\":{\"host\":{\"auth\":\"OmNhbmFyeQ==\"}}}", /* ":canary" */
	"{\"auths\":{\"host\":{\"username\":\"canary\"}}}",
	"{\"credHelpers\":{\"host\":\"../canary\"}}",
	"{\"credsStore\":\"/bin/sh\"}",
	"{\"credsStore\":\"CANARY\"}",
	"[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]",
};

static void malformed_files_are_refused_without_quoting_secrets(void **state)
{
	(void) state;
	for (size_t i = 0; i < BOLT_ARRAY_LEN(bad); i++) {
		struct bolt_docker_config_answer answer = { .helper = (void *) 7 };
		struct bolt_err err = { .msg = "" };
		int r = bolt_docker_config_parse(bad[i], strlen(bad[i]), "host", "a/b", &answer, &err);

		if (r != -EBADMSG)
			print_error("%s\n", bad[i]);
		assert_int_equal(r, -EBADMSG);
		assert_ptr_equal(answer.helper, (void *) 7);
		assert_true(err.msg[0]);
		if (strstr(bad[i], "auth"))
			assert_null(strstr(err.msg, "canary"));
	}
}

static void helper_answers(void **state)
{
	static const struct {
		const char *answer;
		int r;
		const char *username, *password, *identity;
	} rows[] = {
		{ "{\"ServerURL\":\"h\",\"Username\":\"u\",\"Secret\":\"s\"}", 0, "u", "s", NULL },
		{ "{\"Username\":\"<token>\",\"Secret\":\"s\"}", 0, NULL, NULL, "s" },
		{ "{\"Username\":\"u\"}", -EBADMSG, NULL, NULL, NULL },
		{ "{\"Username\":\"u\",\"Secret\":\"\"}", -EBADMSG, NULL, NULL, NULL },
		{ "secret-canary", -EBADMSG, NULL, NULL, NULL },
		{ "", -EBADMSG, NULL, NULL, NULL },
	};

	(void) state;
	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows); i++) {
		struct bolt_credentials found = { 0 };
		struct bolt_err err = { .msg = "" };

		assert_int_equal(bolt_credential_helper_parse(rows[i].answer, strlen(rows[i].answer), &found, &err), rows[i].r);
		same(found.username, rows[i].username);
		same(found.password, rows[i].password);
		same(found.identity_token, rows[i].identity);
		assert_null(strstr(err.msg, "canary"));
		bolt_credentials_done(&found);
	}
}

static void helper_names(void **state)
{
	(void) state;
	assert_true(bolt_credential_helper_name_ok("ecr-login"));
	assert_true(bolt_credential_helper_name_ok("pass_2.x"));
	assert_false(bolt_credential_helper_name_ok(""));
	assert_false(bolt_credential_helper_name_ok("a/b"));
	assert_false(bolt_credential_helper_name_ok("a b"));
	assert_false(bolt_credential_helper_name_ok("A"));
	assert_false(bolt_credential_helper_name_ok("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"));
}

static void basic_authorization(void **state)
{
	char *text = bolt_basic_authorization("Aladdin", "open sesame"); /* RFC 7617 section 2 */

	(void) state;
	assert_string_equal(text, "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
	bolt_secret_text_free(text);
}

static void credentials_are_wiped_from_parsed_json(void **state)
{
	static const char text[] = "{\"a\":[{\"b\":\"canary\"}]}";
	json_t *value = json_loads(text, 0, NULL);
	const char *secret = json_string_value(json_object_get(json_array_get(json_object_get(value, "a"), 0), "b"));

	(void) state;
	assert_string_equal(secret, "canary");
	bolt_wipe_json(value);
	assert_memory_equal(secret, "\0\0\0\0\0\0", 6);
	json_decref(value);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_a_file_says_of_a_registry),
		cmocka_unit_test(malformed_files_are_refused_without_quoting_secrets),
		cmocka_unit_test(helper_answers),
		cmocka_unit_test(helper_names),
		cmocka_unit_test(basic_authorization),
		cmocka_unit_test(credentials_are_wiped_from_parsed_json),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
