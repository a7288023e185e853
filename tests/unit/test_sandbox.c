#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/sandbox.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED 1
#endif
#endif

static int tree_fd = -1;

/* What each child tries: 0 is what its row wants. */
static int opens_nothing(void)
{
	return open("/etc/passwd", O_RDONLY) < 0 && open("/dev/null", O_WRONLY) < 0 && openat(tree_fd, "inside", O_RDONLY) < 0 &&
			       mkdir("/tmp/boltseal-sandbox", 0700) < 0 && unlink("/tmp/none") < 0
		       ? 0
		       : 1;
}

static long open_in(int fd, const char *path, uint64_t flags)
{
	struct open_how how = { .flags = flags | O_CLOEXEC };

	return syscall(SYS_openat2, fd, path, &how, sizeof(how));
}

static int opens_the_tree_only(void)
{
	char byte = 0;
	long fd = open_in(tree_fd, "inside", O_RDONLY);

	if (fd < 0 || read((int) fd, &byte, 1) != 1 || byte != 'x')
		return 1;
	return open_in(tree_fd, "inside", O_WRONLY) < 0 && open_in(tree_fd, "new", O_CREAT | O_WRONLY) < 0 ? 0 : 2;
}

static int opens_nothing_outside(void)
{
	return open_in(AT_FDCWD, "/etc/passwd", O_RDONLY) < 0 && open_in(tree_fd, "../../../../../../etc/passwd", O_RDONLY) < 0 ? 0
																: 1;
}

/* A file that was open before: standard input stands for it. */
static int writes_anywhere_in_a_file(void)
{
	return pwrite(STDIN_FILENO, "abc", 3, 4096) == 3 && fdatasync(STDIN_FILENO) == 0 && fsync(STDIN_FILENO) == 0 &&
			       ftruncate(STDIN_FILENO, 4097) == 0 && opens_nothing() == 0
		       ? 0
		       : 1;
}

static int does_not_write_anywhere(void)
{
	return pwrite(STDIN_FILENO, "abc", 3, 4096) < 0 && fdatasync(STDIN_FILENO) < 0 ? 0 : 1;
}

static void *count(void *context)
{
	void *memory = malloc(1 << 20);

	memset(memory, 1, 1 << 20);
	free(memory);
	__atomic_add_fetch((int *) context, 1, __ATOMIC_RELAXED);
	return NULL;
}

static int has_threads_and_memory(void)
{
	pthread_t threads[4];
	int counted = 0;

	for (size_t i = 0; i < BOLT_ARRAY_LEN(threads); i++) {
		if (pthread_create(&threads[i], NULL, count, &counted) != 0)
			return 1;
	}
	for (size_t i = 0; i < BOLT_ARRAY_LEN(threads); i++)
		pthread_join(threads[i], NULL);
	return counted == 4 ? 0 : 2;
}

static int has_no_more_memory_than_given(void)
{
	size_t got = 0;

	while (got < 1024 && malloc(1 << 20))
		got++;
	return got > 32 && got <= 128 ? 0 : 1;
}

static int makes_a_socket(void)
{
	return socket(AF_INET, SOCK_STREAM, 0) < 0 ? 1 : 2;
}

static int runs_a_program(void)
{
	char *const arguments[] = { "true", NULL };

	return execv("/bin/true", arguments) < 0 ? 1 : 2;
}

static int forks(void)
{
	return syscall(SYS_fork) < 0 ? 1 : 0;
}

static int signals_its_parent(void)
{
	return kill(getppid(), 0) < 0 ? 1 : 2;
}

static int limits_only_itself(void)
{
	struct rlimit limit = { 0, 0 };

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0 || limit.rlim_cur == 0)
		return 1;
	if (syscall(SYS_prlimit64, getppid(), RLIMIT_NOFILE, NULL, &limit) == 0)
		return 2;
	return syscall(SYS_prlimit64, 0, RLIMIT_NOFILE, &limit, NULL) < 0 && errno == ENOSYS ? 0 : 3;
}

static int signals_only_itself(void)
{
	if (syscall(SYS_tgkill, getpid(), gettid(), 0) < 0)
		return 1;
	return syscall(SYS_tgkill, getppid(), getppid(), 0) < 0 && errno == ENOSYS ? 0 : 2;
}

static int aborts(void)
{
	abort();
}

static const struct row {
	const char *name;
	int (*attempt)(void);
	bool with_tree;
	int signal; /* what ends the child, or 0 */
	bool write_files;
} rows[] = {
	{ "open without a tree", opens_nothing, false, 0 },
	{ "open with a tree", opens_nothing, true, 0 },
	{ "the tree", opens_the_tree_only, true, 0 },
	{ "beside the tree", opens_nothing_outside, true, 0 },
	{ "openat2 without a tree", opens_nothing_outside, false, 0 },
	{ "write", does_not_write_anywhere, false, 0 },
	{ "write when it is allowed", writes_anywhere_in_a_file, false, 0, true },
	{ "threads", has_threads_and_memory, false, 0 },
	{ "memory", has_no_more_memory_than_given, false, 0 },
	{ "socket", makes_a_socket, false, SIGSYS },
	{ "exec", runs_a_program, true, SIGSYS },
	{ "fork", forks, false, SIGSYS },
	{ "limits", limits_only_itself, false, 0 },
	{ "tgkill", signals_only_itself, true, 0 },
	{ "abort", aborts, false, SIGABRT },
	{ "kill", signals_its_parent, false, SIGSYS },
};

static void what_a_worker_can_and_cannot_do(void **state)
{
	char dir[] = "/tmp/boltseal-test-XXXXXX";

	(void) state;
#ifdef SANITIZED
	skip();
#endif
	assert_non_null(mkdtemp(dir));
	tree_fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int inside = openat(tree_fd, "inside", O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
	assert_int_equal(write(inside, "x", 1), 1);
	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows); i++) {
		int status = 0;
		pid_t child = fork();

		if (child == 0) {
			struct bolt_sandbox sandbox = { .read_dir_fd = rows[i].with_tree ? tree_fd : -1,
							.write_files = rows[i].write_files,
							.memory_bytes = 128 << 20 };
			struct bolt_sandbox_state reached;

			if (dup2(inside, STDIN_FILENO) < 0)
				_exit(98);
			_exit(bolt_sandbox_enter(&sandbox, &reached, NULL) < 0 ? 99 : rows[i].attempt());
		}
		assert_int_equal(waitpid(child, &status, 0), child);
		bool good = rows[i].signal ? WIFSIGNALED(status) && WTERMSIG(status) == rows[i].signal
					   : WIFEXITED(status) && WEXITSTATUS(status) == 0;
		if (!good)
			fail_msg("%s: status 0x%x", rows[i].name, (unsigned) status);
	}
	close(inside);
	assert_int_equal(unlinkat(tree_fd, "inside", 0), 0);
	close(tree_fd);
	assert_int_equal(rmdir(dir), 0);
}

/* The words after NAME: in /proc/PID/status. */
static void read_status(pid_t pid, const char *name, char *value, size_t room)
{
	char path[64], line[256];

	value[0] = '\0';
	(void) snprintf(path, sizeof(path), "/proc/%d/status", (int) pid);
	FILE *file = fopen(path, "re");
	assert_non_null(file);
	while (fgets(line, sizeof(line), file)) {
		if (strncmp(line, name, strlen(name)) == 0 && line[strlen(name)] == ':')
			(void) snprintf(value, room, "%.*s", (int) strcspn(line + strlen(name) + 2, "\n"), line + strlen(name) + 2);
	}
	(void) fclose(file);
}

/* A child that entered the sandbox and waits, though not for ever. */
static pid_t start_waiting(int read_dir_fd, struct bolt_sandbox_state *ret_state)
{
	int ready[2];

	assert_int_equal(pipe2(ready, O_CLOEXEC), 0);
	pid_t child = fork();
	if (child == 0) {
		struct bolt_sandbox sandbox = { .read_dir_fd = read_dir_fd, .memory_bytes = 128 << 20 };
		struct bolt_sandbox_state state;

		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (bolt_sandbox_enter(&sandbox, &state, NULL) < 0 || write(ready[1], &state, sizeof(state)) != sizeof(state))
			_exit(99);
		_exit(poll(NULL, 0, 10000) == 0 ? 98 : 97);
	}
	close(ready[1]);
	assert_int_equal(read(ready[0], ret_state, sizeof(*ret_state)), sizeof(*ret_state));
	close(ready[0]);
	return child;
}

static void root_becomes_nobody_inside_the_tree(void **state)
{
	static const struct {
		bool with_tree;
		const char *rights;
	} cases[] = { { false, "0000000000000000" }, { true, "0000000000000004" } };

	(void) state;
	if (geteuid() != 0)
		skip();
	for (size_t i = 0; i < BOLT_ARRAY_LEN(cases); i++) {
		char dir[] = "/tmp/boltseal-test-XXXXXX", path[64], root[64] = "", text[128];
		struct bolt_sandbox_state reached;
		int status;

		assert_non_null(mkdtemp(dir));
		int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		pid_t child = start_waiting(cases[i].with_tree ? fd : -1, &reached);
		assert_true(reached.user_changed);
		assert_int_equal(reached.root_changed, cases[i].with_tree);
		read_status(child, "Uid", text, sizeof(text));
		assert_string_equal(text, "65534\t65534\t65534\t65534");
		read_status(child, "Gid", text, sizeof(text));
		assert_string_equal(text, "65534\t65534\t65534\t65534");
		read_status(child, "Groups", text, sizeof(text));
		assert_int_equal(strspn(text, " "), strlen(text));
		read_status(child, "CapEff", text, sizeof(text));
		assert_string_equal(text, cases[i].rights);
		read_status(child, "CapPrm", text, sizeof(text));
		assert_string_equal(text, cases[i].rights);
		(void) snprintf(path, sizeof(path), "/proc/%d/root", (int) child);
		assert_true(readlink(path, root, sizeof(root) - 1) > 0);
		assert_string_equal(root, cases[i].with_tree ? dir : "/");
		assert_int_equal(kill(child, SIGKILL), 0);
		assert_int_equal(waitpid(child, &status, 0), child);
		close(fd);
		assert_int_equal(rmdir(dir), 0);
	}
}

static void who_entered_ends_with_its_parent(void **state)
{
	struct bolt_sandbox_state reached;
	int pids[2];
	pid_t grandchild = 0;

	(void) state;
	assert_int_equal(pipe2(pids, O_CLOEXEC), 0);
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	pid_t child = fork();
	if (child == 0) {
		grandchild = start_waiting(-1, &reached);
		_exit(write(pids[1], &grandchild, sizeof(grandchild)) == sizeof(grandchild) ? 0 : 1);
	}
	int status;
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	assert_int_equal(read(pids[0], &grandchild, sizeof(grandchild)), sizeof(grandchild));
	assert_int_equal(waitpid(grandchild, &status, 0), grandchild);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	close(pids[0]);
	close(pids[1]);
	prctl(PR_SET_CHILD_SUBREAPER, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_a_worker_can_and_cannot_do),
		cmocka_unit_test(root_becomes_nobody_inside_the_tree),
		cmocka_unit_test(who_entered_ends_with_its_parent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
