/* What the command line says about how to get at a subject, as a scan wants it. */
#pragma once

#include <stdint.h>

#include "cli/options.h"
#include "core/err.h"
#include "core/macros.h"
#include "scan/scan.h"

enum { CLI_PASSWORD = 1024 };

/* Leaves callbacks, judgement and descriptors alone. */
void cli_scan_options(const struct cli_options *options, struct bolt_scan_options *scan);

/* What --password-file names, into `password`, which `scan` then borrows and the caller wipes. 0 | -E2BIG | what reading failed
 * with. */
BOLT_MUST_CHECK int cli_read_password(const struct cli_options *options, char password[CLI_PASSWORD],
				      struct bolt_scan_options *scan, struct bolt_err *err);

/* Now, or what SOURCE_DATE_EPOCH says. */
int64_t cli_created_unix(void);
