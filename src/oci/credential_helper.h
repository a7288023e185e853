/* Programs that keep credentials for Docker (docker-credential-NAME, protocol of docker-credential-helpers). */
#pragma once

#include <stdbool.h>

#include "core/err.h"
#include "oci/credentials.h"

/* Only [a-z0-9-_.], so that a configuration file can name a helper on PATH and nothing else. */
bool bolt_credential_helper_name_ok(const char *name);

/* Runs "docker-credential-NAME get" (no shell; stderr and environment inherited) and asks for `server`. Blocks for at most
 * BOLT_HELPER_TIMEOUT_MS, then kills it. ret_credentials stays empty when the helper knows nothing of the server.
 * 0 | -EINVAL (the name) | -ENOENT (no such program) | -ETIMEDOUT | -E2BIG (answer over the bound) | -EBADMSG (answer is not
 * the protocol's JSON) | -EIO (the helper failed) | -ENOMEM and what pipes and processes fail with. */
BOLT_MUST_CHECK int bolt_credential_helper_get(const char *name, const char *server, struct bolt_credentials *ret_credentials,
					       struct bolt_err *err);

/* The helper's answer alone. 0 | -EBADMSG | -ENOMEM. */
BOLT_MUST_CHECK int bolt_credential_helper_parse(const void *bytes, size_t len, struct bolt_credentials *ret_credentials,
						 struct bolt_err *err);
