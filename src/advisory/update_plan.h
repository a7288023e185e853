/* What an update fetches: rows of the table of feeds, expanded, or what was asked for by name. No I/O. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

#include "core/arena.h"
#include "core/err.h"
#include "core/macros.h"

struct bolt_update_wish {
	const char *const
		*names; /* of parts ("osv/npm") or feeds ("osv", all its parts); "default": those fetched when there are none */
	size_t names_len;
	const char *const *urls; /* "PART=URL": fetched, from there */
	size_t urls_len;
	const char *mirror; /* base URL of a mirror of all feeds; NULL: their publishers */
};

struct bolt_update_item {
	const char *part, *url;
	bool exact;   /* asked for by its own name: that it is not there is a failure */
	bool resolve; /* url is the publisher's, which may only say where the file is (update_resolve.h) */
};

struct bolt_update_plan {
	struct bolt_update_item *items; /* no part twice */
	size_t len, room;
};

/* Texts in the arena. 0 | -EINVAL (no such part or feed; not PART=URL; err lists what there is) | -ENOMEM. */
BOLT_MUST_CHECK int bolt_update_plan_make(const struct bolt_update_wish *wish, struct bolt_arena *arena,
					  struct bolt_update_plan *ret_plan, struct bolt_err *err);
void bolt_update_plan_done(struct bolt_update_plan *plan);
