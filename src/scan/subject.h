/* What to scan, from the text a user gives: "scheme:rest", or without a scheme the obvious one. */
#pragma once

#include <stdbool.h>

#include "core/err.h"
#include "core/macros.h"

enum bolt_target_kind {
	BOLT_TARGET_ARCHIVE = 1,
	BOLT_TARGET_OCI,
	BOLT_TARGET_DOCKER,
	BOLT_TARGET_PODMAN,
	BOLT_TARGET_REGISTRY,
	BOLT_TARGET_ROOTFS,
	BOLT_TARGET_DIR,
	BOLT_TARGET_SBOM,
};

struct bolt_target {
	enum bolt_target_kind kind;
	char *name;   /* path, image name or reference; "-" is standard input for archive: and sbom: */
	char *tag;    /* which of several images of an archive or layout, or NULL */
	bool by_name; /* the text was an image's name without a scheme: kind is where that image was found */
};

/* "archive", "oci", ... the scheme and the report's subject.kind. */
const char *bolt_target_kind_text(enum bolt_target_kind kind);

/* To find the scheme of a text that has none, looks at the file system and, for a text that is no path, asks the Docker daemon at
 * engine_socket (NULL: the usual place). "PATH:TAG" is a path only when PATH is an OCI layout or an archive. An image that the
 * daemon does not have, or that no daemon is there for, is a registry's.
 * 0 | -EINVAL (empty, or neither path nor image name: err says what was looked for) | -ENOMEM | what bolt_docker_inspect failed
 * with. */
BOLT_MUST_CHECK int bolt_target_parse(const char *text, const char *engine_socket, struct bolt_target **ret_target,
				      struct bolt_err *err);
void bolt_target_free(struct bolt_target *target);
BOLT_DEFINE_CLEANUP(struct bolt_target *, bolt_target_free)
