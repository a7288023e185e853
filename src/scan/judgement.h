/* What a scan makes of the packages it found: vulnerabilities, without those that somebody has ruled out, in the order to fix them.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "advisory/database.h"
#include "core/err.h"
#include "core/macros.h"
#include "model/report.h"
#include "scan/record.h"

/* What somebody wrote about findings: opened before the sandbox, read in it. */
struct bolt_document {
	const char *name; /* for people */
	int fd;           /* read from its beginning */
	bool ignore_file; /* .boltsealignore; otherwise VEX */
};

struct bolt_judgement {
	struct bolt_database *database; /* opened before the sandbox; NULL: there is none, which the report says */
	int64_t now_unix;
	int64_t max_age_seconds; /* older advisories are an error; 0: a warning */
	unsigned severities;     /* bits 1 << enum bolt_severity: only these are told; 0: all */
	bool only_fixed;         /* only what has a fix is told */
	unsigned failing;        /* bits as severities: findings to be counted for whoever decides by them */
	const struct bolt_document *documents;
	size_t documents_len;
};

/* Every finding there is. `report` must be sorted. 0 | -EBADMSG (damaged database) | -ESTALE | -ENOMEM. */
BOLT_MUST_CHECK int bolt_judge(struct bolt_report *report, const struct bolt_judgement *judgement, struct bolt_err *err);

/* Then what of it is told: the severities asked for, what is ruled out, what comes first. `report` has to be sorted again. 0 |
 * -EBADMSG (damaged document) | -E2BIG | -ENOMEM | what reading a document failed with. */
BOLT_MUST_CHECK int bolt_judgement_tell(struct bolt_report *report, const struct bolt_judgement *judgement, struct bolt_err *err);

/* Which state of the database a judgement by it rests on. 0 | -EBADMSG. */
BOLT_MUST_CHECK int bolt_stamp_of(struct bolt_database *database, struct bolt_stamp *ret_stamp);

/* Findings that nobody has ruled out, of the severities that `failing` names. */
uint64_t bolt_judgement_failing(const struct bolt_report *report, const struct bolt_judgement *judgement);
