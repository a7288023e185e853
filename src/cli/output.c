#include "cli/output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/write_all.h"

int cli_open_nameless(void)
{
	const char *dir = getenv("TMPDIR");
	int fd = open(dir && *dir ? dir : "/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

	return fd >= 0 ? fd : memfd_create("report", MFD_CLOEXEC);
}

static int open_sink(struct cli_sink *sink, struct bolt_err *err)
{
	struct stat st;

	if (sink->path && stat(sink->path, &st) == 0 && !S_ISREG(st.st_mode)) {
		sink->fd = open(sink->path, O_WRONLY | O_CLOEXEC | O_NOCTTY); /* /dev/stderr, a pipe: written as it is */
	} else if (sink->path) {
		if (asprintf(&sink->temporary, "%s.XXXXXX", sink->path) < 0) {
			sink->temporary = NULL;
			return -ENOMEM;
		}
		sink->fd = mkostemp(sink->temporary, O_CLOEXEC);
		if (sink->fd < 0) {
			int r = bolt_err_set(err, -errno, "cannot write '%s': %m", sink->path);

			free(sink->temporary);
			sink->temporary = NULL;
			return r;
		}
	} else {
		sink->fd = cli_open_nameless();
	}
	return sink->fd < 0 ? bolt_err_set(err, -errno, "cannot write %s: %m", sink->path ? sink->path : "a temporary file") : 0;
}

int cli_sinks_open(const struct cli_options *options, const char *default_format, struct cli_sink *ret_sinks, size_t *ret_len,
		   struct bolt_err *err)
{
	const struct cli_output standard = { .format = NULL };
	const struct cli_output *outputs = options->outputs_len ? options->outputs : &standard;
	size_t len = options->outputs_len ? options->outputs_len : 1;

	for (size_t i = 0; i < len; i++) {
		const char *format = outputs[i].format ? outputs[i].format : default_format;

		ret_sinks[i] = (struct cli_sink){ .format = bolt_report_format_named(format), .path = outputs[i].path, .fd = -1 };
		int r = open_sink(&ret_sinks[i], err);
		if (r < 0) {
			cli_sinks_close(ret_sinks, i + 1);
			return r;
		}
	}
	*ret_len = len;
	return 0;
}

static int copy_out(int fd, struct bolt_err *err)
{
	char block[65536];
	ssize_t n;

	if (lseek(fd, 0, SEEK_SET) < 0)
		return bolt_err_set(err, -errno, "cannot read the report back: %m");
	while ((n = read(fd, block, sizeof(block))) > 0) {
		int r = bolt_write_all(STDOUT_FILENO, block, (size_t) n);

		if (r < 0)
			return bolt_err_set(err, r, "cannot write to standard output: %s", strerror(-r));
	}
	return n < 0 ? bolt_err_set(err, -errno, "cannot read the report back: %m") : 0;
}

static mode_t ordinary_mode(void)
{
	mode_t mask = umask(0);

	umask(mask);
	return 0666 & ~mask;
}

/* mkostemp makes files for their owner only. A report is an ordinary file, or as open to others as the one it replaces: whoever
 * made that 0600 meant it. Permissions of a group are for that very group. */
static int set_mode(const struct cli_sink *sink)
{
	struct stat old;
	mode_t mode;

	if (stat(sink->path, &old) == 0) {
		mode = old.st_mode & 0777;
		if (fchown(sink->fd, geteuid() == 0 ? old.st_uid : (uid_t) -1, old.st_gid) < 0)
			mode &= ~(mode_t) S_IRWXG;
	} else {
		mode = ordinary_mode();
	}
	return fchmod(sink->fd, mode);
}

static int put_in_place(struct cli_sink *sink, struct bolt_err *err)
{
	if (!sink->temporary)
		return 0;
	if (set_mode(sink) < 0 || fsync(sink->fd) < 0 || rename(sink->temporary, sink->path) < 0)
		return bolt_err_set(err, -errno, "cannot put '%s' in place: %m", sink->path);
	char *done = BOLT_TAKE(sink->temporary); /* forgotten before it is freed: see cli_sinks_forsake */
	free(done);
	return 0;
}

int cli_sinks_commit(struct cli_sink *sinks, size_t len, struct bolt_err *err)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < len; i++)
		r = put_in_place(&sinks[i], err);
	for (size_t i = 0; r == 0 && i < len; i++)
		r = sinks[i].path ? 0 : copy_out(sinks[i].fd, err);
	return r;
}

void cli_sinks_forsake(const struct cli_sink *sinks, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (sinks[i].temporary)
			unlink(sinks[i].temporary);
	}
}

void cli_sinks_close(struct cli_sink *sinks, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (sinks[i].temporary)
			unlink(sinks[i].temporary);
		free(sinks[i].temporary);
		sinks[i].temporary = NULL;
		if (sinks[i].fd >= 0)
			close(sinks[i].fd);
		sinks[i].fd = -1;
	}
}
