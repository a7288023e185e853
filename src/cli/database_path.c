#include "cli/database_path.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char of_system[] = "/var/lib/boltseal/";

static int set_path(char *ret_path, size_t len, const char *directory, const char *rest, const char *name, struct bolt_err *err)
{
	int n = snprintf(ret_path, len, "%s%s%s", directory, rest, name);

	return n >= 0 && (size_t) n < len ? 0 : bolt_err_set(err, -ENAMETOOLONG, "the path is too long");
}

int cli_state_path(const char *said, const char *name, char *ret_path, size_t len, struct bolt_err *err)
{
	const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");

	if (said)
		return set_path(ret_path, len, said, "", "", err);
	if (geteuid() == 0)
		return set_path(ret_path, len, of_system, "", name, err);
	if (state && *state == '/')
		return set_path(ret_path, len, state, "/boltseal/", name, err);
	if (home && *home == '/')
		return set_path(ret_path, len, home, "/.local/state/boltseal/", name, err);
	return bolt_err_set(err, -ENOENT, "HOME is not set: say where %s is", name);
}

int cli_database_path(const struct cli_options *options, bool to_write, char *ret_path, size_t len, struct bolt_err *err)
{
	static const char name[] = "advisories.db";
	char shared[64];
	int r = cli_state_path(options->database, name, ret_path, len, err);

	(void) snprintf(shared, sizeof(shared), "%s%s", of_system, name);
	if (!options->database && !to_write && (r < 0 || (access(ret_path, F_OK) < 0 && access(shared, R_OK) == 0)))
		r = set_path(ret_path, len, shared, "", "", err);
	return r < 0 ? bolt_err_wrap(err, r, "the advisory database") : 0;
}

int cli_make_directory_of(const char *path, struct bolt_err *err)
{
	char directory[4096];
	int n = snprintf(directory, sizeof(directory), "%s", path);

	if (n < 0 || (size_t) n >= sizeof(directory))
		return bolt_err_set(err, -ENAMETOOLONG, "the path is too long");
	for (char *slash = strchr(directory + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdir(directory, 0755) < 0 && errno != EEXIST)
			return bolt_err_set(err, -errno, "cannot make the directory '%s': %m", directory);
		*slash = '/';
	}
	return 0;
}
