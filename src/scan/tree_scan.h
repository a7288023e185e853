/* A directory tree as one layer: rootfs: and dir: subjects. Nothing outside the directory is ever opened: every file through
 * openat2 beneath it, symbolic links not followed, other file systems left out. */
#pragma once

#include "core/err.h"
#include "core/macros.h"
#include "scan/layer_scan.h"

/* Fills ret_part (the caller frees sink and files). Unreadable files become warnings (errors when strict).
 * 0 | -EOPNOTSUPP (kernel older than 5.6) | -ENOMEM | -EBADMSG (strict). */
BOLT_MUST_CHECK int bolt_tree_scan(const struct bolt_scan_context *context, int root_fd, struct bolt_part *ret_part,
				   struct bolt_err *err);
