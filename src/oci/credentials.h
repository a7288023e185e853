/* Secrets on their way to a registry. What holds one is wiped before its memory is given back, and no error ever quotes one.
 * (Copies inside libcurl and jansson are theirs; bolt_wipe_json clears the values jansson holds.) */
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "core/macros.h"

struct bolt_credentials {
	char *username, *password;
	char *identity_token; /* OAuth2 refresh token, exchanged at the token service */
	char *registry_token; /* a bearer token that is sent as it is */
};

static inline bool bolt_credentials_empty(const struct bolt_credentials *c)
{
	return !c->username && !c->identity_token && !c->registry_token;
}

/* Wipes and frees what is inside; the struct is empty afterwards. */
void bolt_credentials_done(struct bolt_credentials *credentials);

/* Wipes a NUL-terminated text and frees it. NULL does nothing. */
void bolt_secret_text_free(char *text);
BOLT_DEFINE_CLEANUP(char *, bolt_secret_text_free)

/* Wipes every string of a document nested at most as deep as bolt_json_load let it be. The document can only be freed then. */
void bolt_wipe_json(json_t *value);

/* "Basic <base64 of username:password>" for an Authorization header. The caller frees it with bolt_secret_text_free.
 * NULL when out of memory. */
char *bolt_basic_authorization(const char *username, const char *password);

/* Splits the base64 of "username:password" that "docker login" stores. 0 | -EBADMSG (not that) | -ENOMEM. */
BOLT_MUST_CHECK int bolt_basic_decode(const char *base64, char **ret_username, char **ret_password);
