#include "cli/output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* A nameless file: on disk where that can be done, so that a long report is not counted as memory. */
static int open_nameless(void)
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
		sink->fd = open_nameless();
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
		for (ssize_t done = 0; done < n;) {
			ssize_t put = write(STDOUT_FILENO, block + done, (size_t) (n - done));

			if (put < 0 && errno == EINTR)
				continue;
			if (put <= 0)
				return bolt_err_set(err, -errno, "cannot write to standard output: %m");
			done += put;
		}
	}
	return n < 0 ? bolt_err_set(err, -errno, "cannot read the report back: %m") : 0;
}

/* mkostemp makes files for their owner only; a report is an ordinary file. */
static mode_t ordinary_mode(void)
{
	mode_t mask = umask(0);

	umask(mask);
	return 0666 & ~mask;
}

int cli_sinks_commit(struct cli_sink *sinks, size_t len, struct bolt_err *err)
{
	for (size_t i = 0; i < len; i++) {
		int r = sinks[i].path ? 0 : copy_out(sinks[i].fd, err);

		if (r < 0)
			return r;
		if (!sinks[i].temporary)
			continue;
		if (fchmod(sinks[i].fd, ordinary_mode()) < 0 || fsync(sinks[i].fd) < 0 ||
		    rename(sinks[i].temporary, sinks[i].path) < 0)
			return bolt_err_set(err, -errno, "cannot put '%s' in place: %m", sinks[i].path);
		char *done = BOLT_TAKE(sinks[i].temporary); /* forgotten before it is freed: see cli_sinks_forsake */
		free(done);
	}
	return 0;
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
