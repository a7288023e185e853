/* What a registry says about who may read: the WWW-Authenticate header (RFC 9110 section 11.6.1) and the answer of a token
 * service (distribution "Token Authentication Specification"). Pure functions over bytes. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "core/cursor.h"
#include "core/err.h"

/* The two schemes registries use; others are skipped. The first Bearer challenge that names a realm counts. */
struct bolt_challenge {
	bool basic, bearer;
	char realm[1024]; /* of the Bearer challenge: the token service's URL, never empty when bearer is set */
	char service[256];
	char scope[1024];
};

/* Reads one header's value, which may hold several challenges, and adds what it finds (a header may come more than once).
 * 0 | -EBADMSG (not the grammar, or a parameter longer than its field above: nothing is added). */
BOLT_MUST_CHECK int bolt_challenge_parse(struct bolt_cursor value, struct bolt_challenge *challenge, struct bolt_err *err);

/* The token in a token service's JSON answer ("token", or OAuth2's "access_token"); the caller wipes and frees it. How long
 * it lasts is not read: a registry that no longer takes it says 401 and gets the next.
 * 0 | -EBADMSG (not such a document, no token in it, or one with bytes a header cannot carry) | -ENOMEM. */
BOLT_MUST_CHECK int bolt_token_parse(const void *bytes, size_t len, char **ret_token, struct bolt_err *err);
