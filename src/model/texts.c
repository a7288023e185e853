#include "model/texts.h"

#include <errno.h>
#include <string.h>

/* Full whenever the length is a power of two: then twice the room is taken from the arena. */
static int insert(struct bolt_texts *texts, struct bolt_arena *arena, const char *text, size_t at)
{
	if ((texts->len & (texts->len - 1)) == 0) {
		size_t room = texts->len ? texts->len * 2 : 1;
		const char **items = bolt_arena_alloc(arena, room * sizeof(*items));

		if (!items)
			return -ENOMEM;
		if (texts->len > 0)
			memcpy(items, texts->items, texts->len * sizeof(*items));
		texts->items = items;
	}
	memmove(texts->items + at + 1, texts->items + at, (texts->len - at) * sizeof(*texts->items));
	texts->items[at] = text;
	texts->len++;
	return 0;
}

int bolt_texts_add(struct bolt_texts *texts, struct bolt_arena *arena, const char *text)
{
	size_t low = 0, high = texts->len;

	while (low < high) {
		size_t middle = (low + high) / 2;
		int order = strcmp(texts->items[middle], text);

		if (order == 0)
			return 0;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return insert(texts, arena, text, low);
}

int bolt_texts_append(struct bolt_texts *texts, struct bolt_arena *arena, const char *text)
{
	return insert(texts, arena, text, texts->len);
}
