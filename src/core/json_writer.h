/* Writes JSON (RFC 8259) straight to an output: indented by two spaces, keys in the order they are written. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "core/out.h"

enum { BOLT_JSON_WRITER_DEPTH = 32 };

struct bolt_json_writer {
	struct bolt_out *out; /* borrowed */
	unsigned depth;
	bool filled[BOLT_JSON_WRITER_DEPTH]; /* per level: has it a member yet? */
	bool after_key;
};

void bolt_json_writer_init(struct bolt_json_writer *w, struct bolt_out *out);

/* Containers and values. Inside an object, call bolt_jw_key before each. Nesting past the depth above aborts: only our own
 * code decides how deep a report is. */
void bolt_jw_object(struct bolt_json_writer *w);
void bolt_jw_array(struct bolt_json_writer *w);
void bolt_jw_end_object(struct bolt_json_writer *w);
void bolt_jw_end_array(struct bolt_json_writer *w);
void bolt_jw_key(struct bolt_json_writer *w, const char *key);
/* NULL writes null. Bytes that are not UTF-8 become U+FFFD. */
void bolt_jw_text(struct bolt_json_writer *w, const char *text);
/* For names of files, where nothing may be lost: a byte that is not UTF-8 becomes \xNN, and '\' itself '\\' (before JSON's own
 * escapes). core/text.h's bolt_text_unescape undoes it. */
void bolt_jw_bytes(struct bolt_json_writer *w, const char *text);
void bolt_jw_u64(struct bolt_json_writer *w, uint64_t value);
/* A number with `places` digits after the point, without going through floating point: 98 with one place is 9.8. */
void bolt_jw_decimal(struct bolt_json_writer *w, uint64_t value, unsigned places);
void bolt_jw_bool(struct bolt_json_writer *w, bool value);

/* key and value in one; the _opt form writes nothing when text is NULL. */
void bolt_jw_member(struct bolt_json_writer *w, const char *key, const char *text);
void bolt_jw_member_opt(struct bolt_json_writer *w, const char *key, const char *text);
void bolt_jw_member_u64(struct bolt_json_writer *w, const char *key, uint64_t value);
