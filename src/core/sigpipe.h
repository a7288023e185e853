/* Writing to a pipe or socket whose reader went away, as an error (EPIPE) and not as a deadly signal, for one thread and one
 * stretch of code: a library must not change the whole process's signal handling. */
#pragma once

#include <signal.h>
#include <stdbool.h>

struct bolt_sigpipe {
	sigset_t before;
	bool was_pending;
};

/* Between the two calls, SIGPIPE raised by this thread's writes is held back and then forgotten. They nest. */
void bolt_sigpipe_hold(struct bolt_sigpipe *state);
void bolt_sigpipe_release(const struct bolt_sigpipe *state);
