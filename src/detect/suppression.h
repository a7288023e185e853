/* What people say about findings, whatever they said it in: "this one does not count here, because". A finding that does not count
 * stays in the report, with who said so and where. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/err.h"
#include "core/macros.h"
#include "model/report.h"

/* Which findings (all that is given must hold) and what is said of them. All texts NUL-terminated UTF-8. */
struct bolt_statement {
	const char *id;      /* the vulnerability: a finding's id or one of its aliases, in any case */
	const char *package; /* a name (the package's own or its source's), or a purl: qualifiers in it must be the package's; or
				NULL */
	const char *version; /* the package's whole version, or NULL. Not beside a purl with a version */
	const char *path;    /* a glob (bolt_glob_match) for one of the files that record the package, or NULL */

	/* by, source; the others may be NULL. Expires: not valid after that day */
	struct bolt_suppression says;
	bool counts;         /* it says that the finding does count: what was stated earlier is taken back */
	int64_t stated_unix; /* of what is said of one finding the latest holds, and of equal ones the one added last */
	unsigned line;       /* of the source, or 0 */

	bool expired; /* these two are written by bolt_suppressions_apply */
	size_t used;  /* findings it decided on */
};

struct bolt_suppressions;

/* 0 | -ENOMEM. */
BOLT_MUST_CHECK int bolt_suppressions_new(struct bolt_suppressions **ret_suppressions);
void bolt_suppressions_free(struct bolt_suppressions *suppressions);
BOLT_DEFINE_CLEANUP(struct bolt_suppressions *, bolt_suppressions_free)

/* Texts are copied. 0 | -EINVAL (no id, a date that is none, a purl that is none, a version twice: err says) | -E2BIG (more than
 * BOLT_STATEMENTS_MAX, or a text over BOLT_STATEMENT_TEXT_MAX) | -ENOMEM. */
BOLT_MUST_CHECK int bolt_suppressions_add(struct bolt_suppressions *suppressions, const struct bolt_statement *statement,
					  struct bolt_err *err);

/* Forgets all but the first `len`: what a reader does that fails half way. */
void bolt_suppressions_cut(struct bolt_suppressions *suppressions, size_t len);

size_t bolt_suppressions_len(const struct bolt_suppressions *suppressions);
const struct bolt_statement *bolt_suppressions_at(const struct bolt_suppressions *suppressions, size_t index); /* as added */

/* Fills `suppressed` of the report's findings, and warns of statements that have expired before `today` (YYYY-MM-DD). What a
 * finding then points to lives in the report's arena. To be called once, with all there is. 0 | -ENOMEM. */
BOLT_MUST_CHECK int bolt_suppressions_apply(struct bolt_suppressions *suppressions, struct bolt_report *report, const char *today);

/* Is it YYYY-MM-DD, of the calendar? */
bool bolt_date_valid(const char *text);
