/* What the readers of VEX documents share. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"
#include "core/cursor.h"
#include "core/json_pull.h"
#include "detect/vex.h"

enum vex_status { VEX_SILENT = 0, VEX_NOT_AFFECTED, VEX_FIXED, VEX_COUNTS };

/* Readers call bolt_vex_state for each product that a document's statement is about. */
struct bolt_vex {
	struct bolt_suppressions *suppressions;
	const struct bolt_report *report;
	const char *by, *source;
	struct bolt_arena *arena; /* texts of the document */
	struct bolt_err *err;
	size_t elsewhere;
	uint64_t *packages; /* of the report: hashes of purls without and with version, sorted */
	size_t packages_len;
};

struct bolt_vex_says {
	struct bolt_texts ids; /* of the vulnerability; none: nothing is said */
	enum vex_status status;
	const char *justification, *reason; /* or NULL */
	int64_t stated_unix;
};

/* product: a purl or an image reference, or NULL (no product that could be told: of something else). component: a package in it, or
 * NULL: the product itself. 0 | -EBADMSG | -E2BIG | -ENOMEM. */
BOLT_MUST_CHECK int bolt_vex_state(struct bolt_vex *vex, const struct bolt_vex_says *says, const char *product,
				   const char *component);
/* The same of a package, wherever it is. */
BOLT_MUST_CHECK int bolt_vex_state_package(struct bolt_vex *vex, const struct bolt_vex_says *says, const char *purl);

/* vex_image.c: is it the image that was looked at? False for what is no image, too. */
bool bolt_vex_is_subject(const struct bolt_report *report, const char *product);
bool bolt_vex_is_image(const char *product); /* a purl of type oci or docker, or a reference with a digest */

/* A JSON object's members, each by its row; the others are passed over. */
struct bolt_vex_member {
	const char *key;
	int (*read)(void *context, struct bolt_json_pull *json);
};
BOLT_MUST_CHECK int bolt_vex_members(void *context, struct bolt_json_pull *json, const struct bolt_vex_member *rows,
				     size_t rows_len);
/* Every item of an array. */
BOLT_MUST_CHECK int bolt_vex_items(void *context, struct bolt_json_pull *json,
				   int (*one)(void *context, struct bolt_json_pull *json));
/* A copy of a text; what is none leaves *ret_text alone. */
BOLT_MUST_CHECK int bolt_vex_text(struct bolt_vex *vex, struct bolt_json_pull *json, const char **ret_text);
BOLT_MUST_CHECK int bolt_vex_time(struct bolt_vex *vex, struct bolt_json_pull *json, int64_t *ret_unix);
BOLT_MUST_CHECK int bolt_vex_id(struct bolt_vex *vex, struct bolt_texts *ids, struct bolt_json_pull *json);

/* The readers. 0 | -EBADMSG | -E2BIG | -ENOMEM. */
BOLT_MUST_CHECK int bolt_vex_openvex(struct bolt_vex *vex, struct bolt_cursor bytes);
BOLT_MUST_CHECK int bolt_vex_csaf(struct bolt_vex *vex, struct bolt_cursor bytes);
BOLT_MUST_CHECK int bolt_vex_cyclonedx(struct bolt_vex *vex, struct bolt_cursor bytes);
