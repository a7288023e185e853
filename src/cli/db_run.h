/* What the verbs that change the advisory database have in common: where it is, signals, the bar, what is said at the end. */
#pragma once

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

#include "advisory/import.h"
#include "cli/options.h"
#include "cli/progress_bar.h"
#include "core/err.h"

struct cli_db_run {
	const struct cli_options *options;
	struct cli_bar bar;
	bool show_bar;
	size_t failed;                     /* told on the way: parts that could not be fetched */
	char path[PATH_MAX];               /* of the database */
	struct bolt_import_options import; /* its context is the run */
};

/* Finds the database's place, makes its directory if it is the usual one, and lets SIGINT and SIGTERM end the work. 0 | negative
 * errno, err set. */
BOLT_MUST_CHECK int cli_db_run_begin(struct cli_db_run *run, const struct cli_options *options, struct bolt_err *err);

/* One line a part, and one for the database. How many parts were refused. */
size_t cli_db_run_print(const struct cli_db_run *run, const struct bolt_import_result *result);

/* "boltseal: WHAT: why" on standard error. Returns CLI_FAILED. */
int cli_db_fail(const char *what, const struct bolt_err *err, int r);
