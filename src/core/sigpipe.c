#include "core/sigpipe.h"

#include <errno.h>
#include <pthread.h>
#include <time.h>

static void only_sigpipe(sigset_t *set)
{
	sigemptyset(set);
	sigaddset(set, SIGPIPE);
}

void bolt_sigpipe_hold(struct bolt_sigpipe *state)
{
	sigset_t sigpipe, pending;

	only_sigpipe(&sigpipe);
	sigemptyset(&pending);
	(void) sigpending(&pending);
	state->was_pending = sigismember(&pending, SIGPIPE) == 1;
	(void) pthread_sigmask(SIG_BLOCK, &sigpipe, &state->before);
}

void bolt_sigpipe_release(const struct bolt_sigpipe *state)
{
	static const struct timespec now = { 0 };
	sigset_t sigpipe;

	only_sigpipe(&sigpipe);
	/* One that was pending before belongs to someone else and stays. */
	while (!state->was_pending && sigtimedwait(&sigpipe, NULL, &now) < 0 && errno == EINTR)
		;
	(void) pthread_sigmask(SIG_SETMASK, &state->before, NULL);
}
