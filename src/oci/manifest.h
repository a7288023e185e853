/* The JSON documents that make an image: OCI manifest, index and config (image-spec 1.1), Docker's schema 2 forms of the same, and
 * the manifest.json of docker save. Pure functions from bytes to structs; everything lives in the arena given. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/digest.h"
#include "core/err.h"
#include "core/macros.h"

struct bolt_descriptor {
	const char *media_type; /* or "" */
	struct bolt_digest digest;
	uint64_t size;
	const char *platform; /* "linux/amd64[/variant]" or NULL (index members only) */
	const char *ref_name; /* org.opencontainers.image.ref.name or NULL */
	bool attestation;     /* buildx's attestation manifests: no image */
};

struct bolt_manifest {
	bool is_index;
	struct bolt_descriptor config; /* manifests only */
	struct bolt_descriptor *items; /* layers, lowest first, or the index's manifests */
	size_t items_len;
};

struct bolt_history {
	const char *created_by; /* or NULL */
	bool empty_layer;
};

struct bolt_config {
	const char *platform;         /* "linux/amd64[/variant]" or NULL */
	struct bolt_digest *diff_ids; /* lowest first */
	size_t diff_ids_len;
	struct bolt_history *history;
	size_t history_len;
};

struct bolt_saved_image {    /* one element of manifest.json */
	const char *config;  /* path inside the archive */
	const char **layers; /* paths, lowest first */
	size_t layers_len;
	const char **tags;
	size_t tags_len;
};

/* All: 0 | -EBADMSG (not such a document: err says what is wrong) | -E2BIG (a bound of oci/limits.h) | -ENOMEM. */
BOLT_MUST_CHECK int bolt_manifest_parse(struct bolt_arena *arena, const void *bytes, size_t len, struct bolt_manifest *ret_manifest,
					struct bolt_err *err);
BOLT_MUST_CHECK int bolt_config_parse(struct bolt_arena *arena, const void *bytes, size_t len, struct bolt_config *ret_config,
				      struct bolt_err *err);
BOLT_MUST_CHECK int bolt_saved_images_parse(struct bolt_arena *arena, const void *bytes, size_t len,
					    struct bolt_saved_image **ret_images, size_t *ret_len, struct bolt_err *err);

/* The member of an index for `platform` ("os/arch[/variant]"; NULL: this machine's). An index with a single image is that image
 * when no platform was asked for. 0 | -ENOENT (err lists what there is). */
BOLT_MUST_CHECK int bolt_manifest_select(const struct bolt_manifest *index, const char *platform,
					 const struct bolt_descriptor **ret_descriptor, struct bolt_err *err);

/* Is `have` ("os/arch[/variant]", or NULL: no) what was asked for by `want`? "linux/arm64" asks for any variant. */
bool bolt_platform_matches(const char *want, const char *have);

/* "linux/amd64" and the like for the machine this runs on. */
const char *bolt_platform_here(void);
