/* Any bytes as WWW-Authenticate header lines, as a token service's answer, as config.json and as a credential helper's answer. */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "oci/credential_helper.h"
#include "oci/docker_config.h"
#include "oci/registry_auth.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static void as_challenges(struct bolt_cursor all)
{
	struct bolt_challenge challenge = { .basic = false };
	struct bolt_err err;
	struct bolt_cursor line;

	while (bolt_take_line(&all, &line)) {
		struct bolt_challenge before = challenge;

		err.msg[0] = '\0';
		int r = bolt_challenge_parse(line, &challenge, &err);
		if (r != 0 && (r != -EBADMSG || !err.msg[0] || memcmp(&before, &challenge, sizeof(before)) != 0))
			abort();
		if (challenge.bearer != (challenge.realm[0] != '\0') ||
		    strnlen(challenge.realm, sizeof(challenge.realm)) == sizeof(challenge.realm))
			abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct bolt_docker_config_answer answer = { 0 };
	struct bolt_credentials credentials = { 0 };
	struct bolt_err err = { .msg = "" };
	char *token = NULL;

	as_challenges(bolt_cursor(bytes, n));
	if (bolt_token_parse(bytes, n, &token, &err) == 0 && (!token || !*token || strpbrk(token, " \r\n")))
		abort();
	bolt_secret_text_free(token);
	if (bolt_docker_config_parse(bytes, n, "host:5000", "a/b", &answer, &err) == 0 && answer.helper &&
	    (!answer.server || !bolt_credential_helper_name_ok(answer.helper)))
		abort();
	if (!answer.credentials.username != !answer.credentials.password)
		abort();
	bolt_docker_config_answer_done(&answer);
	BOLT_IGNORE(bolt_credential_helper_parse(bytes, n, &credentials, &err)); /* only that it reads nothing it should not */
	bolt_credentials_done(&credentials);
	return 0;
}
