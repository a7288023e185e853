/* What the importers share: times, names, and an advisory in the making. */
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "advisory/advisory.h"
#include "advisory/ecosystem.h"
#include "advisory/feed.h"
#include "core/arena.h"
#include "core/cursor.h"
#include "core/err.h"
#include "core/macros.h"

/* The rows, one a file (three in feed_secdb.c). */
extern const struct bolt_feed bolt_feed_osv;
extern const struct bolt_feed bolt_feed_debian;
extern const struct bolt_feed bolt_feed_alpine;
extern const struct bolt_feed bolt_feed_wolfi;
extern const struct bolt_feed bolt_feed_chainguard;
extern const struct bolt_feed bolt_feed_oval_ubuntu;
extern const struct bolt_feed bolt_feed_oval_redhat;
extern const struct bolt_feed bolt_feed_oval_suse;
extern const struct bolt_feed bolt_feed_csaf;
extern const struct bolt_feed bolt_feed_updateinfo;
extern const struct bolt_feed bolt_feed_nvd;
extern const struct bolt_feed bolt_feed_kev;
extern const struct bolt_feed bolt_feed_epss;

/* feed_text.c */

/* Seconds since 1970 of "2023-04-01T12:00:00Z" with or without a fraction, an offset ("+02:00" "+0200") or no zone (UTC), and of
 * "2023-04-01". 0, which means "not said", for NULL, for anything else, and for what lies before 1970 (Go's records: year 1). */
int64_t bolt_feed_time(const char *text);

bool bolt_feed_is_date(const char *text); /* "2023-04-01" */
bool bolt_feed_is_cve(const char *id);    /* "CVE-2023-0464" */
/* Can it be an advisory's name: 1 to BOLT_ADVISORY_ID_MAX bytes of visible ASCII. NULL cannot. */
bool bolt_feed_is_id(const char *id);
/* Can it be a version: 1 to BOLT_ADVISED_VERSION_MAX bytes, no control characters. NULL cannot. */
bool bolt_feed_is_version(const char *version);

/* Writes a part's name; what may not stand in one becomes '-' ("osv/Red Hat" is "osv/Red-Hat"). false: too long, or empty between
 * two '/'. */
bool bolt_feed_part(char part[BOLT_PART_NAME], const char *format, ...) BOLT_PRINTF(2, 3);

/* Debian's urgencies (with their trailing '*'s): unimportant, low, medium, high; end-of-life is a status. "not yet assigned" and
 * what we do not know leave both as they are. */
void bolt_feed_debian_urgency(const char *urgency, enum bolt_severity *severity, enum bolt_status *status);

/* feed_json.c */

/* One record as jansson has it. 0 | -EBADMSG (not JSON, too deep, not an object) | -E2BIG (so many values that the tree would be
 * out of all proportion). */
BOLT_MUST_CHECK int bolt_feed_load(struct bolt_cursor bytes, json_t **ret_record, struct bolt_err *err);
/* The text of a member of the top-level object of a document that may be cut off; false: not there (or longer than room). */
bool bolt_feed_head_text(struct bolt_cursor head, const char *key, char *ret_text, size_t room);
/* Has the top-level object such a member? */
bool bolt_feed_head_has(struct bolt_cursor head, const char *key);

/* feed_draft.c */

/* An advisory in the making. Texts given to it are kept, not copied: they must live until it has been passed to the sink. */
struct bolt_draft {
	struct bolt_arena *arena;
	struct bolt_advisory advisory;
	struct bolt_err why; /* of the last failure */
};

/* 0 | -ENOMEM. */
BOLT_MUST_CHECK int bolt_draft_init(struct bolt_draft *draft);
void bolt_draft_done(struct bolt_draft *draft);

/* One more zeroed item at the end of a list (whose pointer `list` points to) in the arena; NULL when `most` are there, or the arena
 * is full. The list may move; a list that a draft keeps must have been made by this function alone. */
void *bolt_draft_more(struct bolt_draft *draft, void *list, size_t *len, size_t item_size, size_t most);

/* All return 0, or say in draft->why what is wrong: -EBADMSG (not what it should be), -E2BIG (more than a bound of limits.h). */

/* An id must be one (bolt_feed_is_id). */
BOLT_MUST_CHECK int bolt_draft_id(struct bolt_draft *draft, const char *id);
/* Adds to a sorted list; what is no id is passed over. */
BOLT_MUST_CHECK int bolt_draft_name(struct bolt_draft *draft, struct bolt_texts *names, const char *id);
/* NULL and a second one of the same kind are passed over. */
BOLT_MUST_CHECK int bolt_draft_reference(struct bolt_draft *draft, const char *url);
BOLT_MUST_CHECK int bolt_draft_cwe(struct bolt_draft *draft, const char *cwe);
/* vector may be NULL, severity UNKNOWN; nothing is added when both are, or when the same was said. */
BOLT_MUST_CHECK int bolt_draft_rating(struct bolt_draft *draft, const char *source, const char *vector,
				      enum bolt_severity severity);
/* Names are brought to their normal form here. Also -ENOENT: an ecosystem we do not know. ret_affected is valid until the next
 * call. */
BOLT_MUST_CHECK int bolt_draft_affected(struct bolt_draft *draft, const char *ecosystem, const char *package,
					struct bolt_affected **ret_affected);
BOLT_MUST_CHECK int bolt_draft_range(struct bolt_draft *draft, struct bolt_affected *affected, struct bolt_range **ret_range);
BOLT_MUST_CHECK int bolt_draft_event(struct bolt_draft *draft, struct bolt_range *range, enum bolt_event_kind kind,
				     const char *version);
/* A range of its own: from the first version on until `fixed`, or for ever (NULL). */
BOLT_MUST_CHECK int bolt_draft_until(struct bolt_draft *draft, struct bolt_affected *affected, const char *fixed);
BOLT_MUST_CHECK int bolt_draft_version(struct bolt_draft *draft, struct bolt_affected *affected, const char *version);

/* feed_repeated.c: sorts what is said of packages, one range each at most, and keeps one of those that say the same (of several
 * architectures, of several products of one release). To be called once, at the end. */
void bolt_draft_drop_repeated(struct bolt_draft *draft);

/* Hands the draft to the sink when `r` is 0, tells it of a damaged record when it is -EBADMSG or -E2BIG; other failures are the
 * result. The draft can be used again only after bolt_draft_done. */
BOLT_MUST_CHECK int bolt_draft_hand(struct bolt_draft *draft, int r, const char *where, struct bolt_feed_sink *sink,
				    struct bolt_err *err);

/* Tells of records that are none of ours, once for each reason. */
void bolt_feed_skipped(struct bolt_feed_sink *sink, const char *why, uint64_t records);
