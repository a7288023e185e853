/* What the readers of npm's own records and of the lock files of npm, yarn and pnpm share. */
#pragma once

#include <stdbool.h>

#include "core/cursor.h"
#include "core/json_pull.h"
#include "core/macros.h"
#include "inventory/sink.h"

/* Is one of the path's directories "node_modules"? Lock files below it came with somebody's package: npm, yarn and pnpm pay no heed
 * to them, and what was really installed has its own package.json. */
bool bolt_npm_in_node_modules(const char *path);

/* Splits "name@rest" or "@scope/name@rest" behind the name. false, *ret_name the whole text and *ret_rest empty, without such an
 * '@'. */
bool bolt_npm_split(struct bolt_cursor text, struct bolt_cursor *ret_name, struct bolt_cursor *ret_rest);

/* Does what a lock file says about where a package comes from ("workspace:.", "link:../a", "portal:../a", "file:../a", but not
 * "file:a.tgz") name a directory of the project's own? Those are in no registry and are left out. */
bool bolt_npm_is_own_directory(struct bolt_cursor reference);

/* Keeps the text that comes next in the sink; a value of another kind leaves *text alone. 0 | -EBADMSG | -ENOMEM. */
BOLT_MUST_CHECK int bolt_npm_text(struct bolt_json_pull *p, struct bolt_sink *sink, const char **text);

/* Reads the value of "license" or "licenses" in any form packages are published with: "MIT", {"type": "MIT"}, or a list of either.
 * Anything else is passed over. 0 | -EBADMSG | -ENOMEM. */
BOLT_MUST_CHECK int bolt_npm_licenses(struct bolt_json_pull *p, struct bolt_sink *sink, struct bolt_found *found);
