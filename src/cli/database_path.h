/* Where the advisory database is. */
#pragma once

#include <stddef.h>

#include "cli/options.h"
#include "core/err.h"
#include "core/macros.h"

/* What --db says; else /var/lib/boltseal/advisories.db for root, $XDG_STATE_HOME/boltseal/advisories.db (~/.local/state) for
 * others; who is not root and has none of their own reads the system's. 0 | -ENOENT (no home) | -ENAMETOOLONG. */
BOLT_MUST_CHECK int cli_database_path(const struct cli_options *options, bool to_write, char *ret_path, size_t len,
				      struct bolt_err *err);

/* A file of this program's own: what was `said` (NULL: nothing), else `name` in the directories above. As above. */
BOLT_MUST_CHECK int cli_state_path(const char *said, const char *name, char *ret_path, size_t len, struct bolt_err *err);

/* Makes the directories that a path leads through. 0 | negative errno. */
BOLT_MUST_CHECK int cli_make_directory_of(const char *path, struct bolt_err *err);
