#include "core/grow.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int bolt_grow(void *list, size_t len, size_t *room, size_t item_size)
{
	void *items;

	if (len < *room)
		return 0;
	memcpy(&items, list, sizeof(items)); /* the caller's pointer is of another type */
	size_t more = *room ? *room * 2 : 16;
	void *bigger = reallocarray(items, more, item_size);
	if (!bigger)
		return -ENOMEM;
	memcpy(list, &bigger, sizeof(bigger));
	*room = more;
	return 0;
}
