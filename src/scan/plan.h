/* From a name to the list of layers to read: manifests and configs are loaded, verified and held against each other here. */
#pragma once

#include "core/arena.h"
#include "core/digest.h"
#include "core/err.h"
#include "core/macros.h"
#include "oci/manifest.h"
#include "scan/blobs.h"

struct bolt_plan_layer {
	const char *name;          /* to open it by */
	struct bolt_digest digest; /* of the blob; NONE: the source does not say */
	struct bolt_digest diff_id;
	uint64_t size; /* of the blob, or 0 when not said */
};

struct bolt_plan {
	struct bolt_digest digest;   /* of the manifest, or NONE (docker save) */
	struct bolt_digest image_id; /* of the config */
	struct bolt_config config;
	struct bolt_plan_layer *layers; /* lowest first */
	size_t layers_len;
	const char **tags; /* references the source gives it */
	size_t tags_len;
};

/* `root`: "index.json" of an OCI layout, "manifest.json" of docker save, "manifests/<tag or digest>" of a registry, or NULL for an
 * archive, which has one of the first two or both: then they must mean the same image. `tag`: which of several images (NULL: the
 * only one). `platform`: NULL for this machine's. 0 | -EBADMSG (damaged; digests that differ are both named; an archive that means
 * two images) | -ENOENT (no such image, tag or platform: err lists what there is) | -E2BIG | -ENOMEM | what the blobs failed with.
 */
BOLT_MUST_CHECK int bolt_plan_make(struct bolt_arena *arena, struct bolt_blobs *blobs, const char *root, const char *tag,
				   const char *platform, struct bolt_plan *ret_plan, struct bolt_err *err);

/* The error for bytes that are not what they should be: names both digests. Returns -EBADMSG. */
int bolt_digest_mismatch(struct bolt_err *err, const char *what, const struct bolt_digest *want, const struct bolt_digest *have);
