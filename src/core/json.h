/* Reading JSON that strangers wrote: jansson, with the depth bounded before it parses. */
#pragma once

#include <jansson.h>
#include <stddef.h>

#include "core/err.h"
#include "core/macros.h"

/* Parses one document (any top-level value). max_depth bounds nesting of objects and arrays.
 * 0 | -EBADMSG (not JSON, or deeper than max_depth: the message says which, where, and names the bound). */
BOLT_MUST_CHECK int bolt_json_load(const void *bytes, size_t len, unsigned max_depth, json_t **ret_value, struct bolt_err *err);

/* The same, but an object with one key twice is refused too (-EBADMSG): for documents of which others keep the other value. */
BOLT_MUST_CHECK int bolt_json_load_unambiguous(const void *bytes, size_t len, unsigned max_depth, json_t **ret_value,
					       struct bolt_err *err);

static inline void bolt_json_decref(json_t *value)
{
	json_decref(value);
}
BOLT_DEFINE_CLEANUP(json_t *, bolt_json_decref)

/* A member's text, or NULL when the object (which may be NULL) lacks it or it is no string. Borrowed. */
const char *bolt_json_text(const json_t *object, const char *key);
