/* Lock files written in TOML by cargo, uv and poetry: not a TOML reader, but the subset those programs write.
 *
 *	[[package]]                   begins a package
 *	name = "a"                    a text on one line, in "" or ''; only name, version and source are looked at
 *	source = "registry+https://"  or an inline table, source = { editable = "." }, kept as it stands
 *	[package.source]              a table of the package: only its `type` and `url` are looked at
 *	[anything.else]               passed over, as are arrays over several lines (none of them holds arrays)
 *
 * Texts over several lines ("""...""") are passed over whole, so nothing inside them is taken for a key. Escapes are not resolved:
 *no name or version has any, and one with a backslash is damage. */
#pragma once

#include "core/cursor.h"
#include "core/err.h"
#include "core/macros.h"

struct bolt_toml_package {
	struct bolt_cursor name, version; /* without quotes; empty when the package has none */
	struct bolt_cursor source;        /* a text without quotes, or an inline table with its braces; empty without one */
	struct bolt_cursor source_type;   /* of [package.source], or empty */
};

struct bolt_toml_lock {
	struct bolt_cursor at;
	size_t line;
	bool started; /* a [[package]] line was read whose package has not been returned */
};

static inline struct bolt_toml_lock bolt_toml_lock(struct bolt_cursor bytes)
{
	return (struct bolt_toml_lock){ .at = bytes };
}

/* 1 and the next package (borrowed from the bytes), 0 at the end, -EBADMSG with err set at a line that is none of the above; the
 * packages before it have been returned. */
BOLT_MUST_CHECK int bolt_toml_lock_next(struct bolt_toml_lock *lock, struct bolt_toml_package *ret_package, struct bolt_err *err);
