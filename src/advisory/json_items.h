/* A JSON document of any length, read as a stream: its top-level object's members, and of those that are containers the members or
 * items one by one, each as its bytes. That is the shape of every large feed of one file (NVD, KEV, secdb, Debian's tracker), and
 * the memory is that of the largest item. Only the skeleton is checked here; whoever parses an item checks that it is JSON. */
#pragma once

#include <stdint.h>

#include "core/buf.h"
#include "core/cursor.h"
#include "core/err.h"
#include "core/macros.h"
#include "core/reader.h"

struct bolt_json_items {
	struct bolt_reader *reader; /* borrowed */
	struct bolt_cursor block;
	uint64_t blocks_end; /* bytes seen up to the end of the block */
	struct bolt_buf outer, inner, value;
	char inside; /* which container comes next to be read on: 0 nothing was read yet, 'o' the outer object, '{' or '[' a member
		      * of it, 'e' nothing more */
	bool fresh;  /* of that container nothing was read */
};

/* All valid until the next call. Names as they stand, without resolving escapes. */
struct bolt_json_item {
	const char *outer;        /* the top-level object's member */
	const char *inner;        /* that one's member; NULL: an array's item, or `outer` is no container */
	struct bolt_cursor value; /* JSON, if the whole is JSON */
};

/* `reader` is borrowed. Never fails. */
void bolt_json_items_init(struct bolt_json_items *items, struct bolt_reader *reader);
void bolt_json_items_done(struct bolt_json_items *items);

/* 1 | 0 at the end (of the stream, too) | -EBADMSG (not such a document, or cut off) | -E2BIG (an item larger than
 * BOLT_FEED_RECORD_MAX) | -ENOMEM | what the reader failed with. */
BOLT_MUST_CHECK int bolt_json_items_next(struct bolt_json_items *items, struct bolt_json_item *ret_item, struct bolt_err *err);

/* The text that an item's value is, when it is one without escapes: copied; false otherwise, or when it is longer. */
bool bolt_json_item_text(const struct bolt_json_item *item, char *ret_text, size_t room);
