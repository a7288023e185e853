#include "core/arena.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CHUNK_BYTES = 32 * 1024 };

struct chunk {
	struct chunk *next;
	size_t used, room;
	alignas(max_align_t) uint8_t bytes[];
};

struct bolt_arena {
	struct chunk *chunks; /* the newest first: the only one with room to hand out */
	size_t used, max;
};

struct bolt_arena *bolt_arena_new(size_t max_bytes)
{
	struct bolt_arena *arena = calloc(1, sizeof(*arena));

	if (arena)
		arena->max = max_bytes;
	return arena;
}

void bolt_arena_free(struct bolt_arena *arena)
{
	if (!arena)
		return;
	for (struct chunk *c = arena->chunks, *next; c; c = next) {
		next = c->next;
		free(c);
	}
	free(arena);
}

static struct chunk *chunk_with_room(struct bolt_arena *arena, size_t n)
{
	struct chunk *c = arena->chunks;

	if (c && n <= c->room - c->used)
		return c;

	/* What is large gets a chunk of its own, put second, so that the current one is still filled up. */
	bool large = n > CHUNK_BYTES / 4;
	size_t room = large ? n : CHUNK_BYTES;
	struct chunk *fresh = malloc(sizeof(*fresh) + room);
	if (!fresh)
		return NULL;
	fresh->used = 0;
	fresh->room = room;
	if (large && c) {
		fresh->next = c->next;
		c->next = fresh;
	} else {
		fresh->next = c;
		arena->chunks = fresh;
	}
	return fresh;
}

static void *take(struct bolt_arena *arena, size_t n, size_t alignment)
{
	if (n > arena->max - arena->used || n > SIZE_MAX / 2)
		return NULL;

	struct chunk *c = arena->chunks;
	if (c && alignment > 1) {
		size_t aligned = (c->used + alignment - 1) & ~(alignment - 1);
		c->used = aligned < c->room ? aligned : c->room;
	}
	c = chunk_with_room(arena, n);
	if (!c)
		return NULL;
	void *p = c->bytes + c->used;
	c->used += n;
	arena->used += n;
	return p;
}

void *bolt_arena_alloc(struct bolt_arena *arena, size_t n)
{
	void *p = take(arena, n, alignof(max_align_t));

	return p ? memset(p, 0, n) : NULL;
}

char *bolt_arena_text(struct bolt_arena *arena, const void *bytes, size_t n)
{
	if (n > SIZE_MAX / 4)
		return NULL;
	char *p = take(arena, n + 1, 1);
	if (!p)
		return NULL;
	if (n > 0)
		memcpy(p, bytes, n);
	p[n] = '\0';
	return p;
}

char *bolt_arena_strdup(struct bolt_arena *arena, const char *text)
{
	return bolt_arena_text(arena, text, strlen(text));
}

char *bolt_arena_printf(struct bolt_arena *arena, const char *format, ...)
{
	va_list args, again;

	va_start(args, format);
	va_copy(again, args);
	int n = vsnprintf(NULL, 0, format, args);
	va_end(args);
	char *p = n < 0 ? NULL : take(arena, (size_t) n + 1, 1);
	if (p)
		(void) vsnprintf(p, (size_t) n + 1, format, again);
	va_end(again);
	return p;
}

void bolt_arena_adopt(struct bolt_arena *into, struct bolt_arena *from)
{
	if (!from)
		return;
	if (from->chunks) {
		struct chunk *last = from->chunks;

		while (last->next)
			last = last->next;
		last->next = into->chunks ? into->chunks->next : NULL;
		if (into->chunks)
			into->chunks->next = from->chunks;
		else
			into->chunks = from->chunks;
	}
	into->used += from->used;
	into->max = into->max > SIZE_MAX - from->max ? SIZE_MAX : into->max + from->max;
	from->chunks = NULL;
	bolt_arena_free(from);
}
