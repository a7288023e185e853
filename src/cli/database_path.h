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
