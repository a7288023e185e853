/* An SPDX 2.3 document, told piece by piece to one of its two spellings. What SPDX has no fields for travels in package comments,
 * a line "boltseal:NAME=VALUE" a fact (inventory/sbom_facts.h); in a value control characters, '\', '<' and bytes that are not
 * UTF-8 are a backslash and two hex digits. */
#pragma once

#include "core/macros.h"
#include "report/format.h"

struct bolt_spdx_head {
	const char *name, *space, *created, *creator;
};

struct bolt_spdx_item {
	const char *id, *name, *version, *purpose, *license, *purl, *comment; /* version, purpose, purl and comment may be NULL */
};

struct bolt_spdx_emitter {
	void (*head)(void *context, const struct bolt_spdx_head *head);
	void (*package)(void *context, const struct bolt_spdx_item *item);
	void (*begin_relationships)(void *context); /* after the last package */
	void (*relationship)(void *context, const char *from, const char *type, const char *to);
	void (*begin_licenses)(void *context); /* after the last relationship */
	void (*license)(void *context, const char *id, const char *text);
	void (*end)(void *context);
};

/* 0 | -ENOMEM. */
BOLT_MUST_CHECK int bolt_spdx_tell(const struct bolt_report *report, const struct bolt_report_style *style,
				   const struct bolt_spdx_emitter *emitter, void *context);
