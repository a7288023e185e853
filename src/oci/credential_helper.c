#include "oci/credential_helper.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "core/json.h"
#include "core/sigpipe.h"
#include "oci/network_limits.h"

extern char **environ;

/* All helpers say this, word for word, on stdout when they hold nothing for the server. */
static const char not_found[] = "credentials not found in native keychain";

bool bolt_credential_helper_name_ok(const char *name)
{
	size_t n = strlen(name);

	return n > 0 && n <= BOLT_HELPER_NAME_MAX && strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-_.") == n;
}

static int64_t now_ms(void)
{
	struct timespec now;

	(void) clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void close_pair(int pair[2])
{
	for (int i = 0; i < 2; i++) {
		if (pair[i] >= 0)
			close(pair[i]);
	}
}

/* Starts the program with its stdin and stdout on pipes: our ends are to[1] and from[0]. */
static int start(const char *program, int to[2], int from[2], pid_t *ret_pid)
{
	char *argv[] = { (char *) (uintptr_t) program, (char *) (uintptr_t) "get", NULL };
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t none, defaults;

	if (pipe2(to, O_CLOEXEC) < 0 || pipe2(from, O_CLOEXEC) < 0)
		return -errno;
	sigemptyset(&none);
	sigemptyset(&defaults);
	sigaddset(&defaults, SIGPIPE);
	(void) posix_spawn_file_actions_init(&actions);
	(void) posix_spawnattr_init(&attributes);
	(void) posix_spawnattr_setsigmask(&attributes, &none);
	(void) posix_spawnattr_setsigdefault(&attributes, &defaults);
	(void) posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	int r = posix_spawn_file_actions_adddup2(&actions, to[0], STDIN_FILENO);
	if (r == 0)
		r = posix_spawn_file_actions_adddup2(&actions, from[1], STDOUT_FILENO);
	if (r == 0)
		r = posix_spawnp(ret_pid, program, &actions, &attributes, argv, environ);
	(void) posix_spawn_file_actions_destroy(&actions);
	(void) posix_spawnattr_destroy(&attributes);
	return -r;
}

/* Reads to the end of the pipe or to the deadline. */
static int read_answer(int fd, int64_t deadline_ms, uint8_t *answer, size_t *ret_len)
{
	size_t len = 0;

	for (;;) {
		int64_t left_ms = deadline_ms - now_ms();
		struct pollfd ready = { .fd = fd, .events = POLLIN };
		int n = left_ms > 0 ? poll(&ready, 1, (int) left_ms) : 0;

		if (n < 0 && errno != EINTR)
			return -errno;
		if (n == 0)
			return -ETIMEDOUT;
		if (n < 0)
			continue;
		ssize_t got = read(fd, answer + len, BOLT_HELPER_OUTPUT_MAX - len);
		if (got < 0 && errno != EINTR)
			return -errno;
		if (got == 0) {
			*ret_len = len;
			return 0;
		}
		if (got > 0)
			len += (size_t) got;
		if (len == BOLT_HELPER_OUTPUT_MAX)
			return -E2BIG;
	}
}

/* Waits for the program to end, and kills it at the deadline. Returns its wait status. */
static int finish(pid_t pid, int64_t deadline_ms)
{
	static const struct timespec pause = { .tv_nsec = 5000000 };
	int status = -1;

	for (;;) {
		pid_t got = waitpid(pid, &status, WNOHANG);

		if (got == pid || (got < 0 && errno != EINTR))
			return status;
		if (now_ms() >= deadline_ms)
			(void) kill(pid, SIGKILL);
		(void) nanosleep(&pause, NULL);
	}
}

static int talk(pid_t pid, int to[2], int from[2], const char *server, uint8_t *answer, size_t *ret_len, int *ret_status)
{
	int64_t deadline_ms = now_ms() + BOLT_HELPER_TIMEOUT_MS;
	struct bolt_sigpipe sigpipe;

	close(to[0]);
	close(from[1]);
	to[0] = from[1] = -1;
	bolt_sigpipe_hold(&sigpipe);
	/* A helper that does not read fails on its own; a name fits into any pipe, so this never blocks. */
	ssize_t n = write(to[1], server, strlen(server));
	(void) n;
	bolt_sigpipe_release(&sigpipe);
	close(to[1]);
	to[1] = -1;

	int r = read_answer(from[0], deadline_ms, answer, ret_len);
	*ret_status = finish(pid, r < 0 ? 0 : deadline_ms);
	return r;
}

int bolt_credential_helper_parse(const void *bytes, size_t len, struct bolt_credentials *ret_credentials, struct bolt_err *err)
{
	struct bolt_credentials found = { 0 };
	json_t *answer = NULL;
	struct bolt_err why; /* jansson quotes what it could not read, which may be the secret: not passed on */

	if (bolt_json_load(bytes, len, BOLT_HTTP_ERROR_DEPTH_MAX, &answer, &why) < 0)
		return bolt_err_set(err, -EBADMSG, "its answer is not JSON");
	const char *username = bolt_json_text(answer, "Username"), *secret = bolt_json_text(answer, "Secret");
	int r = 0;
	if (!username || !secret || !*secret) {
		r = bolt_err_set(err, -EBADMSG, "its answer holds no Username and Secret");
	} else if (strcmp(username, "<token>") == 0) {
		found.identity_token = strdup(secret);
		r = found.identity_token ? 0 : -ENOMEM;
	} else {
		found.username = strdup(username);
		found.password = strdup(secret);
		r = found.username && found.password ? 0 : -ENOMEM;
	}
	bolt_wipe_json(answer);
	json_decref(answer);
	if (r < 0)
		bolt_credentials_done(&found);
	else
		*ret_credentials = found;
	return r;
}

static int judge(int r, int status, const uint8_t *answer, size_t len, struct bolt_credentials *ret_credentials,
		 struct bolt_err *err)
{
	if (r == -ETIMEDOUT)
		return bolt_err_set(err, r, "no answer within %d seconds", BOLT_HELPER_TIMEOUT_MS / 1000);
	if (r == -E2BIG)
		return bolt_err_set(err, r, "its answer passes the bound of %u bytes", BOLT_HELPER_OUTPUT_MAX);
	if (r < 0)
		return r;
	if (memmem(answer, len, not_found, sizeof(not_found) - 1)) {
		*ret_credentials = (struct bolt_credentials){ 0 };
		return 0;
	}
	if (WIFEXITED(status) && WEXITSTATUS(status) == 127)
		return bolt_err_set(err, -ENOENT, "there is no such program on PATH");
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		return bolt_err_set(err, -EIO, "it failed (%s %d)", WIFEXITED(status) ? "exit code" : "signal",
				    WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status));
	return bolt_credential_helper_parse(answer, len, ret_credentials, err);
}

int bolt_credential_helper_get(const char *name, const char *server, struct bolt_credentials *ret_credentials, struct bolt_err *err)
{
	char program[sizeof("docker-credential-") + BOLT_HELPER_NAME_MAX];
	int to[2] = { -1, -1 }, from[2] = { -1, -1 }, status = 0;
	size_t len = 0;
	pid_t pid;

	if (!bolt_credential_helper_name_ok(name))
		return bolt_err_set(err, -EINVAL, "credential helper '%.80s': want 1 to %u of a-z 0-9 - _ .", name,
				    BOLT_HELPER_NAME_MAX);
	(void) snprintf(program, sizeof(program), "docker-credential-%s", name);
	uint8_t *answer = malloc(BOLT_HELPER_OUTPUT_MAX);
	if (!answer)
		return bolt_err_set(err, -ENOMEM, "out of memory");
	int r = start(program, to, from, &pid);
	if (r < 0) {
		r = bolt_err_set(err, r, "%s", r == -ENOENT ? "there is no such program on PATH" : strerror(-r));
	} else {
		r = talk(pid, to, from, server, answer, &len, &status);
		r = judge(r, status, answer, len, ret_credentials, err);
	}
	close_pair(to);
	close_pair(from);
	explicit_bzero(answer, BOLT_HELPER_OUTPUT_MAX);
	free(answer);
	return r < 0 ? bolt_err_wrap(err, r, "%s get %s", program, server) : 0;
}
