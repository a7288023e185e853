/* Bringing the database up to date from the network: its feeds are downloaded as far as they have changed, several at once, and
 * imported. What cannot be had is told and does not stop the rest. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "advisory/import.h"
#include "advisory/update_plan.h"
#include "core/err.h"
#include "core/macros.h"

struct bolt_update_progress {             /* read atomically */
	uint64_t bytes_done, bytes_total; /* total: of the files whose length is known so far */
	uint64_t files_done, files_total;
};

struct bolt_update_options {
	struct bolt_update_wish wish;
	const struct bolt_import_options *import; /* database, bounds, note, cancelled: for the download, too */
	const char *ca_file;                      /* NULL: the system's authorities alone */
	bool plain_http;                          /* to other machines */

	/* About ten times a second while files come; may be NULL. import->context. */
	void (*tick)(void *context, const struct bolt_update_progress *progress);
	/* A part that could not be fetched, and why. import->context. */
	void (*failed)(void *context, const char *part, const char *why);
};

struct bolt_update_result {
	struct bolt_import_result import;          /* of what was fetched, and of what is as it was */
	size_t fetched, unchanged, absent, failed; /* parts; absent: the server has no such file, and nobody asked for just it */
};
void bolt_update_result_done(struct bolt_update_result *result);

/* Blocks. Files on their way are kept in the directory DATABASE.download, and taken away once they have been imported.
 * 0 (parts may have failed or been refused: look) | -EINTR (cancelled) | -EINVAL (the wish) | -EBUSY (another update of this
 * database is on its way) | -ENOENT (nothing at all was there) | as bolt_import_inputs. */
BOLT_MUST_CHECK int bolt_update(const struct bolt_update_options *options, struct bolt_update_result *ret_result,
				struct bolt_err *err);

/* The directory for files on their way, made if need be and locked for as long as the descriptor is open. 0 | -EBUSY | other
 * negative errno. */
BOLT_MUST_CHECK int bolt_update_directory(const char *database, int *ret_dir_fd, struct bolt_err *err);
/* Takes it away if nothing is left in it. */
void bolt_update_directory_done(const char *database, int dir_fd);
