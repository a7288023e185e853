/* One stored image judged again: the packages that were touched, or all of them. */
#pragma once

#include <zstd.h>

#include "core/err.h"
#include "core/macros.h"
#include "scan/judgement.h"
#include "scan/memo.h"
#include "scan/record.h"
#include "scan/touched.h"

struct bolt_rejudgement {
	/* What to judge by. */
	const struct bolt_judgement *judgement;
	struct bolt_memo *memo;
	const struct bolt_touched *touched;
	uint64_t after; /* packages touched by a later generation; 0: all */
	ZSTD_DCtx *unpacker;

	/* The image, and what came out; all of it lives in the report's arena, but for texts of `memo` and of the database. */
	struct bolt_report *report;
	size_t judged;                  /* packages */
	struct bolt_told *before, *now; /* of the packages that were judged */
	size_t before_len, now_len;
	struct bolt_told *all; /* of all packages, sorted: what is to be kept */
	size_t all_len;
};

/* `report` is an empty one. 0 | -EBADMSG | -ENOMEM. */
BOLT_MUST_CHECK int bolt_rejudge(struct bolt_rejudgement *j, struct bolt_cursor record, struct bolt_cursor told,
				 struct bolt_err *err);
