/* The definitions of an OVAL file as they are read: what they say of themselves, and their criteria laid flat. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "advisory/oval_private.h"
#include "core/err.h"
#include "core/macros.h"

struct oval_reading {
	struct oval *oval;
	struct oval_definition **done; /* in the file's order; they live in oval's arena */
	size_t done_len, done_room;
	uint64_t seen, skipped; /* definitions of this publisher; those that are for other platforms */

	struct oval_definition *open; /* NULL between definitions */
	struct oval_node *nodes;      /* of the open one */
	size_t nodes_len, nodes_room;
	struct oval_resolution *resolutions; /* of the open one */
	size_t resolutions_len, resolutions_room;
	enum bolt_status resolution; /* of the components that follow */
	const char *title;           /* of the open one */
	double worst;                /* score of its vector */
	bool foreign, native;        /* it names platforms that are not ours, that are */
};

/* An element below <definitions>. 0 | -E2BIG | -ENOMEM, with err set. */
BOLT_MUST_CHECK int bolt_oval_definition_open(struct oval_reading *reading, const char *name, const char *const *attributes,
					      struct bolt_err *err);
BOLT_MUST_CHECK int bolt_oval_definition_close(struct oval_reading *reading, const char *name, const char *text,
					       struct bolt_err *err);
void bolt_oval_definitions_done(struct oval_reading *reading);
