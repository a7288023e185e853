/* The vocabulary of change: what was told of an image before and is told now, and what is in one subject and not in another. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/report.h"

/* What was told of a vulnerability, without the words around it: small enough to be kept, enough to see what changed. */
struct bolt_told {
	const char *id;
	const char *fixed_version; /* or NULL */
	struct bolt_texts aliases;
	uint32_t package; /* index in the report's packages */
	enum bolt_severity severity;
	enum bolt_status status;
	bool exploited;
};

/* What is otherwise about one finding: bits. */
enum {
	BOLT_CHANGED_SEVERITY = 1,
	BOLT_CHANGED_FIX = 2,       /* there is one now, another one, or none any more */
	BOLT_CHANGED_STATUS = 4,    /* without the above: will-not-fix instead of affected */
	BOLT_CHANGED_EXPLOITED = 8, /* known to be, or no longer */
};

struct bolt_told_change {
	const struct bolt_told *before, *now; /* NULL: new; NULL: gone */
	unsigned what;                        /* both there: BOLT_CHANGED bits, never 0 */
};

/* By a rescan, of one image. */
struct bolt_image_changes {
	const struct bolt_report *report; /* the image: subject, system, packages */
	uint64_t generation;              /* of the database it was judged by before; 0: never */
	const struct bolt_told_change *changes;
	size_t changes_len; /* never 0 */
};

struct bolt_rescan_counts {
	uint64_t generation;             /* of the database */
	uint64_t images, asked, changed; /* in the store; judged again, if only a package of them; that have changes */
	uint64_t added, altered, gone;   /* findings */
	uint64_t failing;                /* of those added: of the severities that `failing` names */
	uint64_t packages;               /* that were judged */
};

/* Which state of which database a judgement rests on: all 0 when there was none. */
struct bolt_stamp {
	uint64_t generation;
	uint64_t mark;  /* bolt_database_mark of it */
	uint64_t parts; /* hash of the names of the parts that speak of packages: who has none to ask is judged otherwise */
};

struct bolt_package_change {
	const struct bolt_package *before, *now; /* NULL: added; NULL: removed; both: another version */
};

enum bolt_finding_fate { BOLT_FINDING_ADDED, BOLT_FINDING_FIXED, BOLT_FINDING_REMOVED };

struct bolt_finding_change {
	enum bolt_finding_fate fate; /* FIXED: its package is still there, in another version; REMOVED: it is not */
	const struct bolt_told *told;
	const struct bolt_package *package; /* that has it, or had it */
};

/* One of the two; texts live in the report's arena. */
struct bolt_diff_side {
	const struct bolt_report *report;
	const struct bolt_told *told;
	size_t told_len;
	struct bolt_stamp stamp;
};

/* Between two subjects. */
struct bolt_diff {
	struct bolt_diff_side before, now;
	bool judged;                          /* both were; otherwise nothing is said of findings */
	struct bolt_package_change *packages; /* by type, name, version */
	size_t packages_len;
	size_t packages_added, packages_removed, packages_changed;
	struct bolt_finding_change *findings; /* added, fixed, removed; of each the worst first */
	size_t findings_len;
	size_t added, fixed, removed, kept; /* kept: in both, which is not told */
};
