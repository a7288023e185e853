/* Where the images that were scanned are kept. */
#pragma once

#include <stddef.h>

#include "cli/options.h"
#include "core/err.h"
#include "core/macros.h"
#include "scan/store.h"

/* What --store says; else /var/lib/boltseal/images.db for root, $XDG_STATE_HOME/boltseal/images.db (~/.local/state) for others.
 * 0 | -ENOENT (no home) | -ENAMETOOLONG. */
BOLT_MUST_CHECK int cli_store_path(const struct cli_options *options, char *ret_path, size_t len, struct bolt_err *err);

struct bolt_store_limit cli_store_limit(const struct cli_options *options);

/* Puts what a scan's worker wrote into the store. Never fails a scan: `tell` gets what people should know. */
void cli_store_keep(const struct cli_options *options, int record_fd, void (*tell)(void *context, const char *text), void *context);
