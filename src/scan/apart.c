#include "scan/apart.h"

#include <errno.h>
#include <malloc.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "core/bare_process.h"
#include "core/sandbox.h"
#include "core/text.h"

struct outcome { /* shared */
	int result;
	bool told;
	struct bolt_err err;
};

void *bolt_shared_new(size_t n)
{
	void *memory = mmap(NULL, n, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	return memory == MAP_FAILED ? NULL : memory;
}

void bolt_shared_free(void *memory, size_t n)
{
	if (memory)
		munmap(memory, n);
}

_Noreturn static void child_main(const struct bolt_apart *apart, struct outcome *outcome, pid_t parent)
{
	struct bolt_sandbox sandbox = { .read_dir_fd = -1, .memory_bytes = apart->memory_bytes };
	struct bolt_sandbox_state state;
	int kept[32] = { STDERR_FILENO };
	size_t n = 1;
	int r = 0;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(3);
	prctl(PR_SET_NAME, apart->name);
	for (size_t i = 0; i < apart->fds_len && n < BOLT_ARRAY_LEN(kept); i++)
		kept[n++] = apart->fds[i];
	bolt_close_others(kept, n);
	(void) mallopt(M_ARENA_MAX, 2);
	if (apart->prepare)
		r = apart->prepare(apart->context, &outcome->err);
	if (r == 0 && apart->sandboxed) {
		bolt_wipe_environment();
		r = bolt_sandbox_enter(&sandbox, &state, &outcome->err);
	}
	if (r == 0)
		r = apart->work(apart->context, &outcome->err);
	outcome->result = r;
	outcome->told = true;
	_exit(r < 0 ? 3 : 0);
}

static int judge_end(const struct bolt_apart *apart, const struct outcome *outcome, int status, struct bolt_err *err)
{
	struct bolt_err said = outcome->err; /* nobody writes there any more */

	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL)
		return bolt_err_set(err, -ENOMEM, "%s was killed, most likely by the kernel for want of memory", apart->name);
	if (WIFSIGNALED(status))
		return bolt_err_set(err, -EIO, "%s crashed (%s): %s", apart->name, strsignal(WTERMSIG(status)), apart->on_crash);
	if (!outcome->told)
		return bolt_err_set(err, -EIO, "%s ended unexpectedly: %s", apart->name, apart->on_crash);
	if (outcome->result >= 0)
		return 0;
	said.msg[sizeof(said.msg) - 1] = '\0';
	bolt_text_clean(said.msg);
	return bolt_err_set(err, outcome->result, "%s", bolt_err_text(&said, outcome->result));
}

int bolt_run_apart(const struct bolt_apart *apart, struct bolt_err *err)
{
	const struct timespec pause = { .tv_nsec = 1000000 };
	struct outcome *outcome = bolt_shared_new(sizeof(*outcome));
	const pid_t parent = getpid();
	int status = 0;

	if (!outcome)
		return -ENOMEM;
	(void) signal(SIGCHLD, SIG_DFL); /* ignored, as it may have been inherited, it hides how child processes end */
	pid_t child = fork();
	if (child == 0)
		child_main(apart, outcome, parent);
	int r = child < 0 ? bolt_err_set(err, -errno, "cannot start a process: %m") : 0;
	bool stopped = false;
	while (r == 0 && waitpid(child, &status, WNOHANG) == 0) {
		if (!stopped && apart->cancelled && *apart->cancelled) {
			kill(child, SIGKILL);
			stopped = true;
		}
		(void) nanosleep(&pause, NULL);
	}
	if (r == 0)
		r = stopped ? bolt_err_set(err, -EINTR, "interrupted") : judge_end(apart, outcome, status, err);
	bolt_shared_free(outcome, sizeof(*outcome));
	return r;
}
