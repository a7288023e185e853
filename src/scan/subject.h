/* What to scan, from the text a user gives: "scheme:rest", or without a scheme the obvious one. */
#pragma once

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
	char *name; /* path, image name or reference; "-" is standard input for archive: and sbom: */
	char *tag;  /* which of several images of an archive or layout, or NULL */
};

/* "archive", "oci", ... the scheme and the report's subject.kind. */
const char *bolt_target_kind_text(enum bolt_target_kind kind);

/* Looks at the file system, and (for a text that is no path) asks the Docker daemon, to find the scheme of a text that has none.
 * 0 | -EINVAL (empty, or neither path nor image name: err says what was looked for) | -ENOMEM. */
BOLT_MUST_CHECK int bolt_target_parse(const char *text, struct bolt_target **ret_target, struct bolt_err *err);
void bolt_target_free(struct bolt_target *target);
BOLT_DEFINE_CLEANUP(struct bolt_target *, bolt_target_free)
