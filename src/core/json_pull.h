/* Reads JSON (RFC 8259) front to back without building it: the memory is that of the two texts last taken, whatever the document
 * holds (a tree of `{},{},...` costs its reader 70 bytes of memory a byte of file). For package records and lock files that
 *strangers wrote. Stricter readers of the same bytes exist (UTF-8 is not checked here); a more lenient one does not.
 *
 *	bolt_jp_init(&p, bytes, depth, err);
 *	r = bolt_jp_enter_or_skip(&p, '{');
 *	if (r <= 0)
 *		return r;
 *	while ((r = bolt_jp_key(&p, &key)) > 0) {
 *		r = bolt_cursor_is(key, "name") ? bolt_jp_text_or_skip(&p, &name) : bolt_jp_skip(&p, NULL);
 *		if (r < 0)
 *			return r;
 *	}
 *
 * Every function returns -EBADMSG with err set where the bytes are not JSON or nest deeper than the bound, or -ENOMEM; the reader
 * is of no use after that. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/buf.h"
#include "core/cursor.h"
#include "core/err.h"
#include "core/macros.h"

enum { BOLT_JSON_PULL_DEPTH = 1024 };

struct bolt_json_pull {
	struct bolt_cursor at; /* what is not yet read; a copy taken before a value can be read again by another reader */
	const uint8_t *start;
	unsigned depth, max_depth;
	bool fresh; /* inside a container of which nothing was read */
	char open[BOLT_JSON_PULL_DEPTH];
	struct bolt_buf key, text; /* decoded forms of the last ones that had escapes */
	struct bolt_err *err;
};

/* Borrows bytes and err (which may be NULL). A UTF-8 byte order mark in front is passed over, as Node's and npm's readers do.
 * max_depth is at most BOLT_JSON_PULL_DEPTH. Never fails. */
void bolt_jp_init(struct bolt_json_pull *p, struct bolt_cursor bytes, unsigned max_depth, struct bolt_err *err);
void bolt_jp_done(struct bolt_json_pull *p);

/* 1: the next value is an object ('{') or an array ('['), and it was entered. 0: it is something else, still to be read. */
BOLT_MUST_CHECK int bolt_jp_enter(struct bolt_json_pull *p, char open);

/* As bolt_jp_enter, but a value of another kind is passed over. 1 | 0 | negative. */
BOLT_MUST_CHECK int bolt_jp_enter_or_skip(struct bolt_json_pull *p, char open);

/* Inside an object: 1 and the next member's name, whose value must be read next; 0 at its end, which is left. The name stays until
 * the next call of this function. */
BOLT_MUST_CHECK int bolt_jp_key(struct bolt_json_pull *p, struct bolt_cursor *ret_key);

/* Inside an array: 1 when a value must be read next, 0 at its end, which is left. */
BOLT_MUST_CHECK int bolt_jp_item(struct bolt_json_pull *p);

/* 1 and a text's bytes, escapes resolved (lone surrogates and NUL become U+FFFD), which stay until the next call of this function.
 * 0: the next value is no text, still to be read. */
BOLT_MUST_CHECK int bolt_jp_text(struct bolt_json_pull *p, struct bolt_cursor *ret_text);

/* As bolt_jp_text, but a value of another kind is passed over and leaves *ret_text alone. 0 | negative. */
BOLT_MUST_CHECK int bolt_jp_text_or_skip(struct bolt_json_pull *p, struct bolt_cursor *ret_text);

/* Passes over any value; *ret_true (may be NULL) says whether it was `true`. 0 | negative. */
BOLT_MUST_CHECK int bolt_jp_skip(struct bolt_json_pull *p, bool *ret_true);

/* 0 when nothing but white space is left | -EBADMSG. */
BOLT_MUST_CHECK int bolt_jp_end(struct bolt_json_pull *p);
