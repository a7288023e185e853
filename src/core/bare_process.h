/* For a new process that is to read hostile bytes: what it inherited and does not need is not there to be misused. */
#pragma once

#include <stddef.h>

/* Closes every descriptor but these (in any order; -1 among them is passed over). Those above 4095 are not kept. */
void bolt_close_others(const int *kept, size_t len);

/* The environment may hold secrets: a proxy's password, tokens of whoever started us. Overwritten and forgotten. */
void bolt_wipe_environment(void);
