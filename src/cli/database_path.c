#include "cli/database_path.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const char of_system[] = "/var/lib/boltseal/advisories.db";

static int set_path(char *ret_path, size_t len, const char *directory, const char *rest, struct bolt_err *err)
{
	int n = snprintf(ret_path, len, "%s%s", directory, rest);

	return n >= 0 && (size_t) n < len ? 0 : bolt_err_set(err, -ENAMETOOLONG, "the path of the advisory database is too long");
}

int cli_database_path(const struct cli_options *options, bool to_write, char *ret_path, size_t len, struct bolt_err *err)
{
	const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
	int r;

	if (options->database)
		return set_path(ret_path, len, options->database, "", err);
	if (geteuid() == 0)
		return set_path(ret_path, len, of_system, "", err);
	if (state && *state == '/')
		r = set_path(ret_path, len, state, "/boltseal/advisories.db", err);
	else if (home && *home == '/')
		r = set_path(ret_path, len, home, "/.local/state/boltseal/advisories.db", err);
	else
		r = bolt_err_set(err, -ENOENT, "HOME is not set: say where the advisory database is with --db");
	if (!to_write && (r < 0 || (access(ret_path, F_OK) < 0 && access(of_system, R_OK) == 0)))
		return set_path(ret_path, len, of_system, "", err);
	return r;
}
