#include "core/bare_process.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/macros.h"

/* Descriptors are handed out lowest first: those kept are far below. */
enum { DESCRIPTORS_LOOKED_AT = 4096 };

static bool is_kept(const int *kept, size_t len, int fd)
{
	for (size_t i = 0; i < len; i++) {
		if (kept[i] == fd)
			return true;
	}
	return false;
}

void bolt_close_others(const int *kept, size_t len)
{
	unsigned from = 0;

	for (int fd = 0; fd < DESCRIPTORS_LOOKED_AT; fd++) {
		if (!is_kept(kept, len, fd))
			continue;
		if ((unsigned) fd > from)
			BOLT_IGNORE(close_range(from, (unsigned) fd - 1, 0)); /* ENOSYS before Linux 5.9: seccomp still stands */
		from = (unsigned) fd + 1;
	}
	BOLT_IGNORE(close_range(from, ~0u, 0));
}

void bolt_wipe_environment(void)
{
	for (char **at = environ; at && *at; at++)
		explicit_bzero(*at, strlen(*at));
	BOLT_IGNORE(clearenv());
}
