/* Fetching a bearer token from the service a challenge names (distribution "Token Authentication Specification", and its OAuth2
 * variant for identity tokens). */
#pragma once

#include "core/err.h"
#include "oci/credentials.h"
#include "oci/http.h"

/* ret_authorization is the value of an Authorization header; free it with bolt_secret_text_free. credentials may be empty: many
 * registries give anonymous readers a token, too. A realm with plain HTTP is refused unless the registry itself (from_tls false)
 * speaks it. 0 | -EACCES (refused) | -EPERM | -EAGAIN (429 or 5xx: worth another try) | -EIO (any other status) |
 * what bolt_http_perform and bolt_token_parse fail with. */
BOLT_MUST_CHECK int bolt_registry_token(struct bolt_http *http, const struct bolt_challenge *challenge, const char *repository,
					const struct bolt_credentials *credentials, bool from_tls, char **ret_authorization,
					struct bolt_err *err);
