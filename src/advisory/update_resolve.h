/* Publishers that give a lasting name only to a small text, which says where the file itself is today. */
#pragma once

#include "core/arena.h"
#include "core/cursor.h"
#include "core/err.h"
#include "core/macros.h"
#include "oci/http.h"

/* *ret_url is the file's, in the arena, or `url` itself for a part that is nothing special. Blocks.
 * 0 | -EBADMSG (a text that says no such thing, or something it may not) | as bolt_download_text. */
BOLT_MUST_CHECK int bolt_update_resolve(struct bolt_http *http, const char *part, const char *url, const volatile int *cancelled,
					struct bolt_arena *arena, const char **ret_url, struct bolt_err *err);

/* What is read in such texts; for tests. Each gives a URL in the arena. 0 | -EBADMSG | -ENOMEM. */
BOLT_MUST_CHECK int bolt_resolve_file_name(struct bolt_cursor text, const char *url, struct bolt_arena *arena,
					   const char **ret_url);
BOLT_MUST_CHECK int bolt_resolve_first_mirror(struct bolt_cursor text, const char *url, struct bolt_arena *arena,
					      const char **ret_url);
BOLT_MUST_CHECK int bolt_resolve_updateinfo(struct bolt_cursor text, const char *url, struct bolt_arena *arena,
					    const char **ret_url);
