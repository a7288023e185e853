/* OVAL definitions (oval.mitre.org, schema 5.10) as distributions publish their errata in them: Ubuntu, Red Hat, SUSE. A definition
 * is a tree of criteria over tests; a test names an object (packages) and a state (versions), both of which stand further down in
 * the file. So everything that decides is kept in tables of small rows until the end, and resolved then. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "advisory/advisory.h"
#include "advisory/ecosystem.h"
#include "advisory/feed.h"
#include "core/arena.h"
#include "core/err.h"
#include "core/macros.h"

/* What differs between publishers: how their sentences for people say what their tests do not. */
struct bolt_oval_dialect {
	const char *ids; /* what the ids of definitions begin with: "oval:com.ubuntu." */
	/* The release that a comment or platform speaks of ("Ubuntu 24.04 LTS (noble) is installed."), as an ecosystem's name;
	 * false when it speaks of something else. */
	bool (*release)(const char *sentence, char ret_ecosystem[BOLT_ECOSYSTEM_NAME]);
	/* What a criterion's comment says of the fix, for packages without one; or NULL. */
	bool (*status)(const char *comment, enum bolt_status *ret_status);
	const char *pro;                        /* what marks packages of a paid extension, or NULL */
	const char *pro_prefix, *pro_ecosystem; /* their releases: "Ubuntu:" becomes "Ubuntu:Pro:" */
	const char *unaffected;                 /* what ids of definitions begin with that say "not affected", or NULL */
	const char *cpe;                        /* platforms this feed is for; a definition for others alone is left out. Or NULL */
};

/* Reads a whole file. As bolt_feed.read. */
BOLT_MUST_CHECK int bolt_oval_read(struct bolt_reader *reader, const struct bolt_oval_dialect *dialect, struct bolt_feed_sink *sink,
				   struct bolt_err *err);

/* "Will not fix" "Fix deferred" "Out of support scope" "Affected" "Under investigation" "Not affected": Red Hat's words, in OVAL as
 * in CSAF. false: none of them. */
bool bolt_oval_resolution(const char *state, enum bolt_status *ret_status);
