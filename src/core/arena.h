/* Memory that is freed all at once: what belongs to one report lives in one arena. Born with a cap. Not thread-safe. */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "core/macros.h"

struct bolt_arena;

/* NULL when out of memory. max_bytes bounds everything ever handed out. */
struct bolt_arena *bolt_arena_new(size_t max_bytes);
void bolt_arena_free(struct bolt_arena *arena);
BOLT_DEFINE_CLEANUP(struct bolt_arena *, bolt_arena_free)

/* Zeroed, aligned for any type. NULL at the cap or out of memory: both mean "this does not fit". */
void *bolt_arena_alloc(struct bolt_arena *arena, size_t n);

/* NUL-terminated copies; an embedded NUL ends the text for everyone who reads it. NULL as above. */
char *bolt_arena_text(struct bolt_arena *arena, const void *bytes, size_t n);
char *bolt_arena_strdup(struct bolt_arena *arena, const char *text);
char *bolt_arena_printf(struct bolt_arena *arena, const char *format, ...) BOLT_PRINTF(2, 3);

/* Everything in `from` now lives as long as `into`; `from` is gone. Caps add up. NULL `from` does nothing. */
void bolt_arena_adopt(struct bolt_arena *into, struct bolt_arena *from);
