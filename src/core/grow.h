/* Room for one more item in a list that doubles. */
#pragma once

#include <stddef.h>

#include "core/macros.h"

/* `list` points to the list's pointer (of any type), which may move; *room is how many items fit. The caller bounds len.
 * 0 | -ENOMEM: the list is as it was. */
BOLT_MUST_CHECK int bolt_grow(void *list, size_t len, size_t *room, size_t item_size);
