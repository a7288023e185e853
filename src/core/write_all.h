/* Writing everything to a file descriptor, whatever kind it is. */
#pragma once

#include <stddef.h>

#include "core/macros.h"

/* Blocks until all n bytes are written, also on a non-blocking descriptor. 0 | what write(2) fails with (-EPIPE: nobody reads). */
BOLT_MUST_CHECK int bolt_write_all(int fd, const void *bytes, size_t n);
