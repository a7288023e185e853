#include "scan/scan.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "core/digest.h"
#include "core/text.h"
#include "oci/docker_engine.h"
#include "scan/channel.h"
#include "scan/limits.h"
#include "scan/parent.h"
#include "scan/worker.h"

enum { TICK_MS = 100 };

struct scan {
	const struct bolt_target *target;
	const struct bolt_scan_options *options;
	struct bolt_parent *parent;
	struct bolt_progress *progress;
	struct bolt_worker_job job;
	int socket;    /* our end */
	int engine_fd; /* writing end of the pipe a daemon's image comes through, or -1 */
	pid_t worker;
	bool reaped;
	int wait_status;
	char digest[BOLT_DIGEST_TEXT], image_id[BOLT_DIGEST_TEXT];
};

static bool is_cancelled(const struct scan *s)
{
	return s->options->cancelled && *s->options->cancelled;
}

/* RepoDigests hold the manifest's digest when the image was pulled or pushed. Several different ones: none is told. */
static void learn_digest(struct scan *s)
{
	BOLT_CLEANUP(bolt_docker_image_freep) struct bolt_docker_image *image = NULL;
	enum bolt_engine engine = s->target->kind == BOLT_TARGET_PODMAN ? BOLT_ENGINE_PODMAN : BOLT_ENGINE_DOCKER;

	if (bolt_docker_inspect(engine, s->options->engine_socket, s->target->name, &image, NULL) < 0)
		return; /* the export will say what is wrong */
	(void) snprintf(s->image_id, sizeof(s->image_id), "%s", image->id);
	for (size_t i = 0; i < image->repo_digests_len; i++) {
		const char *at = strchr(image->repo_digests[i], '@');
		struct bolt_digest digest;

		if (!at || bolt_digest_parse(at + 1, &digest, NULL) < 0)
			continue;
		if (s->digest[0] && strcmp(s->digest, at + 1) != 0) {
			s->digest[0] = '\0';
			return;
		}
		(void) snprintf(s->digest, sizeof(s->digest), "%s", at + 1);
	}
}

static int open_input(struct scan *s, struct bolt_err *err)
{
	const char *name = s->target->name;
	int flags = O_RDONLY | O_CLOEXEC;

	switch (s->target->kind) {
	case BOLT_TARGET_DOCKER:
	case BOLT_TARGET_PODMAN:
		learn_digest(s);
		s->job.digest = s->digest[0] ? s->digest : NULL;
		s->job.image_id = s->image_id;
		return bolt_parent_pipe(&s->job.input_fd, &s->engine_fd, err);
	case BOLT_TARGET_OCI:
	case BOLT_TARGET_REGISTRY:
		s->job.root = bolt_parent_root(s->parent);
		return 0;
	case BOLT_TARGET_ROOTFS:
	case BOLT_TARGET_DIR:
		flags |= O_DIRECTORY;
		break;
	default:
		break;
	}
	s->job.input_fd = strcmp(name, "-") == 0 ? dup(STDIN_FILENO) : open(name, flags);
	if (s->job.input_fd < 0)
		return bolt_err_set(err, -errno, "cannot open %s '%s': %m", bolt_target_kind_text(s->target->kind), name);
	return 0;
}

static int start_worker(struct scan *s, struct bolt_err *err)
{
	const pid_t parent = getpid();
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
		return bolt_err_set(err, -errno, "cannot make a socket pair: %m");
	s->worker = fork();
	if (s->worker == 0) {
		s->job.channel = ends[1];
		s->job.parent = parent;
		bolt_worker_main(&s->job);
	}
	int failed = s->worker < 0 ? -errno : 0;
	close(ends[1]);
	s->socket = ends[0];
	return failed ? bolt_err_set(err, failed, "cannot start the scanning process: %s", strerror(-failed)) : 0;
}

/* No longer than it takes: a worker that lives on has no more to say, whatever it is waiting for. */
static void reap(struct scan *s)
{
	if (!s->reaped && s->worker > 0)
		kill(s->worker, SIGKILL);
	while (!s->reaped && s->worker > 0) {
		if (waitpid(s->worker, &s->wait_status, 0) >= 0 || errno != EINTR)
			s->reaped = true;
	}
}

/* Did it end by itself, in the time that takes? */
static bool has_ended(struct scan *s)
{
	const struct timespec pause = { .tv_nsec = 1000000 };

	for (unsigned ms = 0; !s->reaped && ms < BOLT_SCAN_END_MS; ms++) {
		pid_t pid = waitpid(s->worker, &s->wait_status, WNOHANG);

		s->reaped = pid == s->worker;
		if (pid == 0)
			(void) nanosleep(&pause, NULL);
	}
	return s->reaped;
}

/* Only code that is not ours does that. */
static int broke_protocol(struct scan *s, struct bolt_err *err)
{
	reap(s);
	return bolt_err_set(err, -EPERM, "the scanning process did not speak as it should: treat this input as an attack");
}

/* The worker hung up without a word. */
static int died(struct scan *s, struct bolt_err *err)
{
	bool ended = has_ended(s);

	reap(s);
	if (is_cancelled(s))
		return bolt_err_set(err, -EINTR, "interrupted");
	if (!ended)
		return broke_protocol(s, err);
	if (!WIFSIGNALED(s->wait_status))
		return bolt_err_set(err, -EIO, "the scanning process ended unexpectedly (exit %d)", WEXITSTATUS(s->wait_status));
	int sig = WTERMSIG(s->wait_status);
	if (sig == SIGSYS)
		return bolt_err_set(
			err, -EPERM,
			"the scanning process tried what its sandbox forbids and was stopped: treat this input as an attack");
	if (sig == SIGKILL)
		return bolt_err_set(err, -ENOMEM, "the scanning process was killed, most likely by the kernel for want of memory");
	return bolt_err_set(err, -EIO, "the scanning process crashed (%s): please report this input", strsignal(sig));
}

static int attend(struct scan *s, struct bolt_err *err)
{
	struct pollfd wait = { .fd = s->socket, .events = POLLIN };
	struct bolt_ask ask;

	for (;;) {
		int ready = poll(&wait, 1, TICK_MS);

		if (is_cancelled(s)) {
			reap(s);
			return bolt_err_set(err, -EINTR, "interrupted");
		}
		if (s->options->tick)
			s->options->tick(s->options->context, s->progress);
		if (ready <= 0)
			continue;
		int r = bolt_channel_receive(s->socket, &ask, sizeof(ask), NULL);
		if (r < 0)
			return r == -EPROTO ? broke_protocol(s, err) : died(s, err);
		if (ask.kind == BOLT_ASK_OPEN) {
			r = bolt_parent_answer(s->parent, s->socket, &ask);
			if (r < 0)
				return died(s, err);
			continue;
		}
		if (ask.kind != BOLT_ASK_DONE)
			return broke_protocol(s, err);
		ask.err.msg[sizeof(ask.err.msg) - 1] = '\0';
		bolt_text_clean(ask.err.msg);
		return ask.status < 0 ? bolt_err_set(err, ask.status, "%s", bolt_err_text(&ask.err, ask.status)) : 0;
	}
}

static int run(struct scan *s, struct bolt_err *err)
{
	int r = bolt_parent_open(s->target, s->options, &s->parent, err);

	if (r == 0)
		r = open_input(s, err);
	if (r == 0)
		r = start_worker(s, err);
	if (s->job.input_fd >= 0)
		close(s->job.input_fd);
	if (s->engine_fd >= 0)
		r = r < 0 ? (close(s->engine_fd), r) : bolt_parent_start_engine(s->parent, s->engine_fd, err);
	if (r == 0)
		r = attend(s, err);
	reap(s); /* it has said all it had to say, and its report is written */
	char *passed_over = s->options->note && s->parent ? bolt_parent_mirror_trouble(s->parent) : NULL;
	if (passed_over)
		s->options->note(s->options->context, passed_over);
	free(passed_over);
	/* A broken download is the reason, what the worker made of it only the consequence. */
	if (r < 0 && r != -EINTR) {
		int trouble = bolt_parent_trouble(s->parent, err);
		r = trouble < 0 ? trouble : r;
	}
	return r;
}

static int run_once(const struct bolt_target *target, const struct bolt_scan_options *options, const struct bolt_worker_job *job,
		    struct bolt_err *err)
{
	struct scan s = { .target = target, .options = options, .job = *job, .socket = -1, .engine_fd = -1 };

	s.progress = mmap(NULL, sizeof(*s.progress), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (s.progress == MAP_FAILED)
		return bolt_err_set(err, -errno, "out of memory");
	s.job.target = target;
	s.job.options = options;
	s.job.progress = s.progress;
	s.job.input_fd = -1;
	int r = run(&s, err);
	bolt_parent_close(s.parent);
	if (s.socket >= 0)
		close(s.socket);
	munmap(s.progress, sizeof(*s.progress));
	return r;
}

/* The diff IDs of the base image come back through memory shared with its worker, and how it went. */
struct base_ids {
	int result;
	struct bolt_err err;
	size_t len;
	struct bolt_digest ids[1024];
};

static int finish_base(void *context, const struct bolt_report *report, struct bolt_err *err)
{
	struct base_ids *base = context;

	if (report->subject.layers_len > BOLT_ARRAY_LEN(base->ids))
		return bolt_err_set(err, -E2BIG, "too many layers");
	for (size_t i = 0; i < report->subject.layers_len; i++) {
		int r = bolt_digest_parse(report->subject.layers[i].diff_id, &base->ids[i], err);

		if (r < 0)
			return r;
	}
	base->len = report->subject.layers_len;
	return 0;
}

static int learn_base(const struct bolt_scan_options *options, struct base_ids *base, struct bolt_err *err)
{
	BOLT_CLEANUP(bolt_target_freep) struct bolt_target *target = NULL;
	struct bolt_scan_options plan = *options;
	int r = bolt_target_parse(options->base, options->engine_socket, &target, err);

	plan.base = NULL;
	plan.finish = finish_base;
	plan.context = base;
	plan.tick = NULL;
	plan.note = NULL;
	plan.finish_fds_len = 0;
	plan.record_fd = 0;
	if (r == 0 && (target->kind == BOLT_TARGET_ROOTFS || target->kind == BOLT_TARGET_DIR || target->kind == BOLT_TARGET_SBOM))
		r = bolt_err_set(err, -EINVAL, "a %s has no layers", bolt_target_kind_text(target->kind));
	if (r == 0)
		r = run_once(target, &plan, &(struct bolt_worker_job){ .plan_only = true }, err);
	return r < 0 ? bolt_err_wrap(err, r, "--base %s", options->base) : 0;
}

/* By a process of its own: what it sends to a registry leaves traces in its memory, and from ours the next worker is forked. */
static int learn_base_apart(const struct bolt_scan_options *options, struct base_ids *base, struct bolt_err *err)
{
	const struct timespec pause = { .tv_nsec = 5000000 };
	const pid_t parent = getpid(), child = fork();
	int status = 0;

	if (child < 0)
		return bolt_err_set(err, -errno, "cannot start a process for --base: %m");
	if (child == 0) {
		struct bolt_err why = { .msg = "" };

		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (getppid() != parent)
			_exit(3);
		int r = learn_base(options, base, &why);
		base->err = why; /* only now that its worker is gone, which could write there, too */
		base->result = r;
		_exit(0);
	}
	while (waitpid(child, &status, WNOHANG) == 0) {
		if (options->cancelled && *options->cancelled)
			kill(child, SIGKILL); /* and its worker ends with it */
		(void) nanosleep(&pause, NULL);
	}
	if (options->cancelled && *options->cancelled)
		return bolt_err_set(err, -EINTR, "interrupted");
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		return bolt_err_set(err, -EIO, "--base %s: the process that asked for it ended unexpectedly", options->base);
	return base->result < 0 ? bolt_err_set(err, base->result, "%s", base->err.msg) : 0;
}

int bolt_scan(const struct bolt_target *target, const struct bolt_scan_options *options, struct bolt_err *err)
{
	struct base_ids *base = NULL;
	struct bolt_worker_job job = { .base = NULL };
	int r = 0;

	(void) signal(SIGCHLD, SIG_DFL);
	if (options->memory_limit_bytes < BOLT_MEMORY_LIMIT_LEAST)
		return bolt_err_set(err, -EINVAL, "the memory limit is below the %u MiB that a scan needs",
				    BOLT_MEMORY_LIMIT_LEAST >> 20);
	if (options->base) {
		base = mmap(NULL, sizeof(*base), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
		if (base == MAP_FAILED)
			return bolt_err_set(err, -errno, "out of memory");
		r = learn_base_apart(options, base, err);
		job.base = base->ids;
		job.base_len = base->len < BOLT_ARRAY_LEN(base->ids) ? base->len : 0;
	}
	if (r == 0)
		r = run_once(target, options, &job, err);
	if (base)
		munmap(base, sizeof(*base));
	return r;
}

/* One number in a file of the cgroup file system, or UINT64_MAX ("max", no such file). */
static uint64_t read_limit(const char *path)
{
	char text[32] = "";
	uint64_t value = UINT64_MAX;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return value;
	ssize_t n = read(fd, text, sizeof(text) - 1);
	close(fd);
	if (n > 0) {
		text[strcspn(text, "\n")] = '\0';
		if (bolt_parse_u64(text, UINT64_MAX, &value) < 0)
			value = UINT64_MAX;
	}
	return value;
}

uint64_t bolt_memory_limit(uint64_t wanted_bytes)
{
	uint64_t limit = UINT64_MAX;
	char line[4352], path[8192];
	FILE *file = fopen("/proc/self/cgroup", "re");

	/* "ID:CONTROLLERS:PATH" a line (cgroups(7)); v2 has no controllers. Inside a container the path may lead nowhere: then the
	 * mount's own root is what counts. */
	while (file && fgets(line, sizeof(line), file)) {
		char *controllers = strchr(line, ':'), *where = controllers ? strchr(controllers + 1, ':') : NULL;

		if (!where)
			continue;
		*where++ = '\0';
		where[strcspn(where, "\n")] = '\0';
		bool v2 = controllers[1] == '\0';
		if (!v2 && !strstr(controllers + 1, "memory"))
			continue;
		const char *mount = v2 ? "/sys/fs/cgroup" : "/sys/fs/cgroup/memory",
			   *name = v2 ? "memory.max" : "memory.limit_in_bytes";
		(void) snprintf(path, sizeof(path), "%s%s/%s", mount, where, name);
		uint64_t here = read_limit(path);
		(void) snprintf(path, sizeof(path), "%s/%s", mount, name);
		uint64_t top = read_limit(path);
		limit = here < limit ? here : limit;
		limit = top < limit ? top : limit;
	}
	if (file)
		(void) fclose(file);
	limit = limit / 8 * 7;
	return wanted_bytes < limit ? wanted_bytes : limit;
}
