#include "cli/scan_options.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "core/text.h"

/* reproducible-builds.org: a set SOURCE_DATE_EPOCH is the time of every document. */
int64_t cli_created_unix(void)
{
	const char *epoch = getenv("SOURCE_DATE_EPOCH");
	uint64_t value;

	if (epoch && bolt_parse_u64(epoch, INT64_MAX, &value) == 0)
		return (int64_t) value;
	return (int64_t) time(NULL);
}

static int read_password(const char *path, char *password, size_t len, struct bolt_err *err)
{
	int fd = strcmp(path, "-") == 0 ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC);
	size_t used = 0;
	ssize_t n;

	do {
		n = fd < 0 ? -1 : read(fd, password + used, len - used);
		used += n > 0 ? (size_t) n : 0;
	} while (used < len && (n > 0 || (n < 0 && fd >= 0 && errno == EINTR)));
	int failed = n < 0 ? -errno : 0;
	if (fd >= 0)
		close(fd);
	if (failed)
		return bolt_err_set(err, failed, "cannot read the password from '%s': %s", path, strerror(-failed));
	if (used == len)
		return bolt_err_set(err, -E2BIG, "the password in '%s' is longer than %zu bytes", path, len - 1);
	password[used] = '\0';
	password[strcspn(password, "\r\n")] = '\0';
	return 0;
}

int cli_read_password(const struct cli_options *options, char password[CLI_PASSWORD], struct bolt_scan_options *scan,
		      struct bolt_err *err)
{
	if (!options->password_file)
		return 0;
	scan->registry.password = password;
	return read_password(options->password_file, password, CLI_PASSWORD, err);
}

void cli_scan_options(const struct cli_options *o, struct bolt_scan_options *scan)
{
	scan->memory_limit_bytes = bolt_memory_limit(o->memory_limit_bytes);
	scan->platform = o->platform;
	scan->base = o->base;
	scan->engine_socket = o->engine_socket;
	scan->strict = o->strict;
	scan->registry = (struct bolt_registry_options){ .ca_file = o->ca_file,
							 .insecure_skip_verify = o->insecure,
							 .plain_http = o->plain_http,
							 .username = o->username,
							 .mirrors = o->mirrors,
							 .mirrors_len = o->mirrors_len };
}
