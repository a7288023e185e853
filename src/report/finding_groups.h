/* Findings by what somebody can do about them: one group for the packages that one source package of one version made in one place.
 * Suppressed findings are in none. */
#pragma once

#include "core/macros.h"
#include "report/findings.h"

struct bolt_finding_row {
	const struct bolt_finding *finding;   /* the most urgent of those with its id in the group */
	const struct bolt_finding *const *in; /* all of them: one for each package that has it */
	size_t in_len;
};

struct bolt_finding_group {
	const char *name, *version; /* of the source package where there is one, else of the package */
	const char *type;
	const char *origin;                    /* or NULL */
	const struct bolt_finding_row *rows;   /* one for each vulnerability, most urgent first */
	size_t rows_len, fixable, exploited;   /* of the rows */
	const struct bolt_finding *const *all; /* every finding, by package */
	size_t all_len;
	size_t by_severity[_BOLT_SEVERITY_MAX]; /* of the rows */
};

struct bolt_finding_groups {
	struct bolt_finding_group *items; /* the one with the most urgent finding first */
	size_t len;
	struct bolt_finding_row *rows;
	const struct bolt_finding **by_id, **all;
};

/* 0 | -ENOMEM. */
BOLT_MUST_CHECK int bolt_finding_groups_make(const struct bolt_report *report, struct bolt_finding_groups *ret_groups);
void bolt_finding_groups_done(struct bolt_finding_groups *groups);

/* Calls put with each name of a package in the group, once. */
void bolt_finding_group_packages(const struct bolt_finding_group *group, void (*put)(void *context, const char *name),
				 void *context);
