/* Credentials as "docker login", "podman login" and "skopeo login" leave them: config.json and auth.json. */
#pragma once

#include <stddef.h>

#include "core/err.h"
#include "oci/credentials.h"

/* Looks for `registry` (as references write it: "docker.io", "host:5000") and, in auth.json's longer keys, `repository`.
 * Files, in this order: $REGISTRY_AUTH_FILE (then no other), $XDG_RUNTIME_DIR/containers/auth.json,
 * $DOCKER_CONFIG/config.json or ~/.docker/config.json. ret_credentials is empty when none of them knows the registry.
 * Reads files and may run a credential helper, so it may block.
 * 0 | -EBADMSG (a malformed file: err names it) | -E2BIG | -ENOENT ($REGISTRY_AUTH_FILE is not there) |
 * -EACCES and other errors of opening a file that is there |
 * what bolt_credential_helper_get fails with | -ENOMEM. Errors never quote a secret. */
BOLT_MUST_CHECK int bolt_docker_credentials(const char *registry, const char *repository, struct bolt_credentials *ret_credentials,
					    struct bolt_err *err);

/* What one file says. */
struct bolt_docker_config_answer {
	struct bolt_credentials credentials;
	char *helper; /* the NAME of a docker-credential-NAME to ask, or NULL */
	char *server; /* and the server to ask it for */
};

/* 0 (nothing found leaves the answer empty) | -EBADMSG (not JSON, or the entry for this registry is malformed) | -ENOMEM. */
BOLT_MUST_CHECK int bolt_docker_config_parse(const void *bytes, size_t len, const char *registry, const char *repository,
					     struct bolt_docker_config_answer *ret_answer, struct bolt_err *err);
void bolt_docker_config_answer_done(struct bolt_docker_config_answer *answer);
