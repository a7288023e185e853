/* The readers behind sbom.c, one a format. Each puts what it finds into the builder; sbom.c finishes it.
 * All: 0 | -EBADMSG (err says what is wrong) | -E2BIG | -ENOMEM. */
#pragma once

#include "core/cursor.h"
#include "core/json.h"
#include "inventory/sbom_builder.h"

BOLT_MUST_CHECK int bolt_sbom_read_cyclonedx(struct bolt_sbom_builder *builder, const json_t *document, struct bolt_err *err);
BOLT_MUST_CHECK int bolt_sbom_read_spdx_json(struct bolt_sbom_builder *builder, const json_t *document, struct bolt_err *err);
BOLT_MUST_CHECK int bolt_sbom_read_report(struct bolt_sbom_builder *builder, const json_t *document, struct bolt_err *err);
BOLT_MUST_CHECK int bolt_sbom_read_spdx_tags(struct bolt_sbom_builder *builder, struct bolt_cursor text, struct bolt_err *err);
BOLT_MUST_CHECK int bolt_sbom_read_purls(struct bolt_sbom_builder *builder, struct bolt_cursor text, struct bolt_err *err);

/* An SPDX package as both spellings of SPDX give it. Texts are borrowed for the call. */
struct bolt_spdx_package {
	const char *name, *version, *purl, *purpose, *comment, *source_info, *license; /* or NULL */
	struct bolt_text_list notes; /* comments of annotations, attribution texts; in the arena */
};
BOLT_MUST_CHECK int bolt_spdx_take(struct bolt_sbom_builder *builder, struct bolt_sbom_entry *entry,
				   const struct bolt_spdx_package *package, struct bolt_err *err);

/* A text member copied into the arena; *ret_text stays as it is when there is none. 0 | -ENOMEM. */
BOLT_MUST_CHECK int bolt_sbom_keep_member(struct bolt_sbom_builder *builder, const json_t *object, const char *key,
					  const char **ret_text);
