#include "advisory/import_job.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "advisory/database_format.h"
#include "advisory/limits.h"
#include "core/grow.h"
#include "core/text.h"
#include "core/write_all.h"

enum { TICK_MS = 100, END_MS = 2000 };

struct run {
	struct bolt_import_job *job;
	const struct bolt_import_options *options;
	char path_new[4200], path_compact[4200], path_spool[4200], path_lock[4200], directory[4200];
	int lock_fd, dir_fd, new_fd, compact_fd, spool_fd, socket;
	bool made; /* there are files beside the database to take away */
	pid_t child;
	bool reaped;
	int wait_status;
	struct bolt_import_result result;
	size_t parts_room;
	bool compacted;
};

static bool is_cancelled(const struct run *run)
{
	return run->options->cancelled && *run->options->cancelled;
}

static int name_files(struct run *run, struct bolt_err *err)
{
	const char *path = run->options->database, *slash = strrchr(path, '/');

	if (strlen(path) > 4096)
		return bolt_err_set(err, -ENAMETOOLONG, "the database's path is too long");
	(void) snprintf(run->path_new, sizeof(run->path_new), "%s.new", path);
	(void) snprintf(run->path_compact, sizeof(run->path_compact), "%s.compact", path);
	(void) snprintf(run->path_spool, sizeof(run->path_spool), "%s.spool", path);
	(void) snprintf(run->path_lock, sizeof(run->path_lock), "%s.lock", path);
	if (slash)
		(void) snprintf(run->directory, sizeof(run->directory), "%.*s", slash == path ? 1 : (int) (slash - path), path);
	else
		(void) snprintf(run->directory, sizeof(run->directory), ".");
	return 0;
}

/* The lock file stays: taking it away would let two hold a lock on two files of one name. */
static int take_lock(struct run *run, struct bolt_err *err)
{
	const struct timespec pause = { .tv_nsec = TICK_MS * 1000000 };
	bool told = false;

	run->dir_fd = open(run->directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (run->dir_fd < 0)
		return bolt_err_set(err, -errno, "cannot open the database's directory '%s': %m", run->directory);
	run->lock_fd = open(run->path_lock, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
	if (run->lock_fd < 0)
		return bolt_err_set(err, -errno, "cannot write beside the database: '%s': %m", run->path_lock);
	while (flock(run->lock_fd, LOCK_EX | LOCK_NB) < 0) {
		if (errno != EWOULDBLOCK && errno != EINTR)
			return bolt_err_set(err, -errno, "cannot lock '%s': %m", run->path_lock);
		if (is_cancelled(run))
			return bolt_err_set(err, -EINTR, "interrupted");
		if (!told && run->options->note)
			run->options->note(run->options->context, "waiting for another import of this database to end");
		told = true;
		(void) nanosleep(&pause, NULL);
	}
	return 0;
}

static int make_file(const char *path, int *ret_fd, struct bolt_err *err)
{
	int fd;

	/* Of an import that was killed: under the lock nobody else's. */
	if (unlink(path) < 0 && errno != ENOENT)
		return bolt_err_set(err, -errno, "cannot take away '%s': %m", path);
	fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return bolt_err_set(err, -errno, "cannot make '%s': %m", path);
	*ret_fd = fd;
	return 0;
}

static int copy_bytes(int from, int to, uint64_t length)
{
	BOLT_CLEANUP(bolt_reader_closep) struct bolt_reader *reader = NULL;
	const uint8_t *block;
	ssize_t n;
	uint64_t done = 0;

	if (ioctl(to, FICLONE, from) == 0)
		return ftruncate(to, (off_t) length) < 0 ? -errno : 0;
	while (done < length) {
		n = copy_file_range(from, NULL, to, NULL, length - done, 0);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && done == 0 && (errno == ENOSYS || errno == EXDEV || errno == EINVAL || errno == EOPNOTSUPP))
			break;
		if (n <= 0)
			return n < 0 ? -errno : -EBADMSG;
		done += (uint64_t) n;
	}
	if (done == length)
		return 0;
	reader = bolt_reader_range(from, 0, length);
	if (!reader)
		return -ENOMEM;
	while ((n = bolt_read_next(reader, &block, NULL)) > 0) {
		int r = bolt_write_all(to, block, (size_t) n);

		if (r < 0)
			return r;
	}
	return (int) n;
}

/* The old database without its trailer, or nothing. */
static int copy_old(struct run *run, struct bolt_err *err)
{
	const char *path = run->options->database;
	struct bolt_trailer trailer;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

	if (fd < 0 && errno == ENOENT)
		return 0;
	if (fd < 0)
		return bolt_err_set(err, -errno, "cannot open the database '%s': %m", path);
	int r = bolt_trailer_read(fd, &trailer, err);
	if (r == 0) /* damage must not get a new checksum */
		r = bolt_trailer_verify(fd, &trailer, err);
	if (r < 0) {
		(void) bolt_err_wrap(err, r, "advisory database '%s' (take it away to begin anew)", path);
	} else {
		r = copy_bytes(fd, run->new_fd, trailer.length);
		if (r < 0)
			(void) bolt_err_set(err, r, "cannot copy the database to '%s': %s", run->path_new, strerror(-r));
	}
	close(fd);
	return r;
}

static int make_files(struct run *run, struct bolt_err *err)
{
	int r;

	run->made = true;
	r = make_file(run->path_new, &run->new_fd, err);
	if (r == 0)
		r = make_file(run->path_compact, &run->compact_fd, err);
	if (r == 0)
		r = make_file(run->path_spool, &run->spool_fd, err);
	if (r == 0)
		BOLT_IGNORE(unlink(run->path_spool)); /* it is used by its descriptor; if it stays, the next import takes it away */
	return r == 0 ? copy_old(run, err) : r;
}

static int start_child(struct run *run, struct bolt_err *err)
{
	struct bolt_import_place place = { run->path_new, run->spool_fd, run->compact_fd, (int) getpid() };
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
		return bolt_err_set(err, -errno, "cannot make a socket pair: %m");
	run->child = fork();
	if (run->child == 0) {
		run->job->channel = ends[1];
		bolt_import_child(run->job, &place);
	}
	int failed = run->child < 0 ? errno : 0;
	close(ends[1]);
	run->socket = ends[0];
	return failed ? bolt_err_set(err, -failed, "cannot start the importing process: %s", strerror(failed)) : 0;
}

static void reap(struct run *run)
{
	if (!run->reaped && run->child > 0)
		kill(run->child, SIGKILL);
	while (!run->reaped && run->child > 0) {
		if (waitpid(run->child, &run->wait_status, 0) >= 0 || errno != EINTR)
			run->reaped = true;
	}
}

static bool has_ended(struct run *run)
{
	const struct timespec pause = { .tv_nsec = 1000000 };

	for (unsigned ms = 0; !run->reaped && ms < END_MS; ms++) {
		pid_t pid = waitpid(run->child, &run->wait_status, WNOHANG);

		run->reaped = pid == run->child;
		if (pid == 0)
			(void) nanosleep(&pause, NULL);
	}
	return run->reaped;
}

static int broke_protocol(struct run *run, struct bolt_err *err)
{
	reap(run);
	return bolt_err_set(err, -EPERM, "the importing process did not speak as it should: treat these files as an attack");
}

/* The child hung up without a word. */
static int died(struct run *run, struct bolt_err *err)
{
	bool ended = has_ended(run);

	reap(run);
	if (is_cancelled(run))
		return bolt_err_set(err, -EINTR, "interrupted");
	if (!ended)
		return broke_protocol(run, err);
	if (!WIFSIGNALED(run->wait_status))
		return bolt_err_set(err, -EIO, "the importing process ended unexpectedly (exit %d)", WEXITSTATUS(run->wait_status));
	int sig = WTERMSIG(run->wait_status);
	if (sig == SIGSYS)
		return bolt_err_set(
			err, -EPERM,
			"the importing process tried what its sandbox forbids and was stopped: treat these files as an attack");
	if (sig == SIGKILL)
		return bolt_err_set(err, -ENOMEM, "the importing process was killed, most likely by the kernel for want of memory");
	return bolt_err_set(err, -EIO, "the importing process crashed (%s): a damaged database, or a file that should be reported",
			    strsignal(sig));
}

static int note_part(struct run *run, struct bolt_part_result *part, struct bolt_err *err)
{
	struct bolt_import_result *result = &run->result;

	part->part[sizeof(part->part) - 1] = '\0';
	part->reason[sizeof(part->reason) - 1] = '\0';
	bolt_text_clean(part->part);
	bolt_text_clean(part->reason);
	if (part->outcome >= _BOLT_PART_OUTCOME_MAX || result->parts_len == BOLT_PARTS_MAX)
		return broke_protocol(run, err);
	int r = bolt_grow(&result->parts, result->parts_len, &run->parts_room, sizeof(*part));
	if (r == 0)
		result->parts[result->parts_len++] = *part;
	return r;
}

static int answer(struct run *run, const struct bolt_import_message *message, struct bolt_err *err)
{
	struct bolt_import_answer *reply = calloc(1, sizeof(*reply));
	int fd = -1, r = reply ? run->job->answer(run->job, message, reply, &fd, err) : -ENOMEM;

	if (r == 0 && bolt_channel_send(run->socket, reply, sizeof(*reply), fd) < 0)
		r = died(run, err);
	if (fd >= 0)
		close(fd);
	free(reply);
	return r;
}

static int attend(struct run *run, struct bolt_err *err)
{
	struct pollfd wait = { .fd = run->socket, .events = POLLIN };
	struct bolt_import_message message;
	int r = 0;

	while (r == 0) {
		int ready = poll(&wait, 1, TICK_MS);

		if (is_cancelled(run)) {
			reap(run);
			return bolt_err_set(err, -EINTR, "interrupted");
		}
		if (run->options->tick)
			run->options->tick(run->options->context, run->job->progress);
		if (ready <= 0)
			continue;
		r = bolt_channel_receive(run->socket, &message, sizeof(message), NULL);
		if (r < 0)
			return r == -EPROTO ? broke_protocol(run, err) : died(run, err);
		message.name[sizeof(message.name) - 1] = '\0';
		if (message.kind == BOLT_IMPORT_DONE)
			break;
		if (message.kind == BOLT_IMPORT_PART)
			r = note_part(run, &message.part, err);
		else if (message.kind >= BOLT_IMPORT_ASK && run->job->answer)
			r = answer(run, &message, err);
		else
			r = broke_protocol(run, err);
	}
	if (r < 0)
		return r;
	message.err.msg[sizeof(message.err.msg) - 1] = '\0';
	bolt_text_clean(message.err.msg);
	if (message.status < 0)
		return bolt_err_set(err, message.status, "%s", bolt_err_text(&message.err, message.status));
	run->result.changed = message.changed;
	run->result.generation = message.number;
	run->compacted = message.compacted;
	return 0;
}

/* The child has ended and all is on the disk: from here on it is either the old file or the new one. */
static int put_in_place(struct run *run, struct bolt_err *err)
{
	const char *from = run->compacted ? run->path_compact : run->path_new;
	int fd = run->compacted ? run->compact_fd : run->new_fd;
	struct bolt_trailer trailer;
	int r = bolt_trailer_read(fd, &trailer, err);

	if (r < 0)
		return bolt_err_wrap(err, r, "the new database");
	if (fchmod(fd, 0644) < 0) /* it is for everybody to read */
		return bolt_err_set(err, -errno, "cannot make the new database readable: %m");
	if (fsync(fd) < 0 || rename(from, run->options->database) < 0)
		return bolt_err_set(err, -errno, "cannot put the new database in place: %m");
	if (fsync(run->dir_fd) < 0)
		return bolt_err_set(err, -errno, "cannot write the directory '%s' to the disk: %m", run->directory);
	return 0;
}

static void close_all(struct run *run)
{
	const int fds[] = { run->socket, run->new_fd, run->compact_fd, run->spool_fd, run->dir_fd, run->lock_fd };

	if (run->made) { /* whatever is still there */
		BOLT_IGNORE(unlink(run->path_new));
		BOLT_IGNORE(unlink(run->path_compact));
		BOLT_IGNORE(unlink(run->path_spool));
	}
	for (size_t i = 0; i < BOLT_ARRAY_LEN(fds); i++) {
		if (fds[i] >= 0)
			close(fds[i]);
	}
}

static int compare_parts(const void *left, const void *right)
{
	const struct bolt_part_result *a = left, *b = right;

	return strcmp(a->part, b->part);
}

int bolt_import_run(struct bolt_import_job *job, struct bolt_import_result *ret_result, struct bolt_err *err)
{
	struct run run = { .job = job, .options = job->options, .lock_fd = -1, .dir_fd = -1, .new_fd = -1, .compact_fd = -1 };

	run.spool_fd = run.socket = -1;
	(void) signal(SIGCHLD, SIG_DFL);
	job->progress = mmap(NULL, sizeof(*job->progress), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (job->progress == MAP_FAILED)
		return bolt_err_set(err, -ENOMEM, "out of memory");
	int r = name_files(&run, err);
	if (r == 0)
		r = take_lock(&run, err);
	if (r == 0)
		r = make_files(&run, err);
	if (r == 0)
		r = start_child(&run, err);
	if (r == 0)
		r = attend(&run, err);
	if (r == 0 && !has_ended(&run))
		r = broke_protocol(&run, err);
	reap(&run);
	if (r == 0)
		r = put_in_place(&run, err);
	close_all(&run);
	munmap(job->progress, sizeof(*job->progress));
	job->progress = NULL;
	if (r < 0) {
		bolt_import_result_done(&run.result);
		return r;
	}
	if (run.result.parts_len > 0)
		qsort(run.result.parts, run.result.parts_len, sizeof(*run.result.parts), compare_parts);
	*ret_result = run.result;
	return 0;
}

void bolt_import_result_done(struct bolt_import_result *result)
{
	free(result->parts);
	*result = (struct bolt_import_result){ .parts = NULL };
}
