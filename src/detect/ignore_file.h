/* .boltsealignore: what its users say does not count, and why, until when. As YAML,
 *
 *	ignore:
 *	  - id: CVE-2023-0464          (or any of its other names)
 *	    package: openssl           (a name or a package URL; may be left out, as may version, path and expires)
 *	    version: 3.0.11-1~deb12u2
 *	    path: app/node_modules/a/package.json (a glob for the file that records the package)
 *	    reason: policy checks are not enabled here
 *	    expires: 2026-12-31        (the last day)
 *
 * or one id a line, with "exp:2026-12-31" and a reason behind a # where there are any. */
#pragma once

#include <stddef.h>

#include "core/err.h"
#include "core/macros.h"
#include "detect/suppression.h"

/* Adds what the file says: by "ignore-file", and the last word about a finding. `source`: its name, for people. A key that is
 * unknown, repeated or missing is an error, so that a slip does not ignore too much. On any error nothing is added.
 * 0 | -EBADMSG (err: "SOURCE:LINE:COLUMN: why") | -E2BIG | -ENOMEM. */
BOLT_MUST_CHECK int bolt_ignore_file_read(struct bolt_suppressions *suppressions, const char *source, const void *bytes, size_t len,
					  struct bolt_err *err);
