#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "scan/channel.h"
#include "scan/limits.h"
#include "scan/scan.h"
#include "scan/worker.h"

/* The real worker is left out: each row puts one in its place that was taken over by its input. */
static void (*misbehave)(int channel);

_Noreturn void bolt_worker_main(const struct bolt_worker_job *job)
{
	misbehave(job->channel);
	for (;;)
		pause();
}

static void say_done(int channel, int32_t status)
{
	struct bolt_ask ask = { .kind = BOLT_ASK_DONE, .status = status, .err = { "as it was told" } };

	if (bolt_channel_send(channel, &ask, sizeof(ask), -1) < 0)
		_exit(9);
}

static void says_done_and_stays(int channel)
{
	say_done(channel, 0);
}

static void fails_and_stays(int channel)
{
	say_done(channel, -EBADMSG);
}

static void says_too_little(int channel)
{
	BOLT_IGNORE(bolt_channel_send(channel, "x", 1, -1));
}

static void says_too_much(int channel)
{
	static const char much[sizeof(struct bolt_ask) + 1];

	BOLT_IGNORE(bolt_channel_send(channel, much, sizeof(much), -1));
}

static void says_what_is_not_known(int channel)
{
	struct bolt_ask ask = { .kind = 77 };

	BOLT_IGNORE(bolt_channel_send(channel, &ask, sizeof(ask), -1));
}

static void hands_over_a_descriptor(int channel)
{
	struct bolt_ask ask = { .kind = BOLT_ASK_DONE };

	BOLT_IGNORE(bolt_channel_send(channel, &ask, sizeof(ask), STDERR_FILENO));
}

static void hangs_up_and_stays(int channel)
{
	close(channel);
}

static void crashes(int channel)
{
	(void) channel;
	(void) signal(SIGSEGV, SIG_DFL);
	raise(SIGSEGV);
}

/* Ends well when everything up to the bound was given, and nothing after it. */
static void asks_without_end(int channel)
{
	struct bolt_ask ask = { .kind = BOLT_ASK_OPEN, .name = "index.json" };
	struct bolt_answer answer;

	for (unsigned i = 0; i < BOLT_SCAN_ASKS_MAX + 3; i++) {
		int fd = -1;

		if (bolt_channel_send(channel, &ask, sizeof(ask), -1) < 0 ||
		    bolt_channel_receive(channel, &answer, sizeof(answer), &fd) < 0)
			_exit(9);
		if (fd >= 0)
			close(fd);
		if ((i < BOLT_SCAN_ASKS_MAX) != (answer.status == 0 && fd >= 0) || (answer.status < 0 && answer.status != -E2BIG))
			_exit(8);
	}
	say_done(channel, 0);
}

static const struct row {
	const char *name;
	void (*misbehave)(int channel);
	int result;
	const char *said;
} rows[] = {
	{ "done, and stays", says_done_and_stays, 0, "" },
	{ "failed, and stays", fails_and_stays, -EBADMSG, "as it was told" },
	{ "a short message", says_too_little, -EPERM, "treat this input as an attack" },
	{ "a long message", says_too_much, -EPERM, "treat this input as an attack" },
	{ "another kind of message", says_what_is_not_known, -EPERM, "treat this input as an attack" },
	{ "a descriptor", hands_over_a_descriptor, -EPERM, "treat this input as an attack" },
	{ "hangs up, and stays", hangs_up_and_stays, -EPERM, "treat this input as an attack" },
	{ "crashes", crashes, -EIO, "crashed (Segmentation fault)" },
	{ "asks without end", asks_without_end, 0, "" },
};

static void a_worker_that_was_taken_over_neither_hangs_nor_floods_its_parent(void **state)
{
	char dir[] = "/tmp/boltseal-test-XXXXXX";
	const struct bolt_target target = { .kind = BOLT_TARGET_OCI, .name = dir };
	const struct bolt_scan_options options = { .memory_limit_bytes = 256 << 20 };

	(void) state;
	assert_non_null(mkdtemp(dir));
	int dir_fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int index = openat(dir_fd, "index.json", O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
	assert_true(index >= 0);
	close(index);
	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows); i++) {
		struct bolt_err err = { .msg = "" };
		time_t before = time(NULL);

		misbehave = rows[i].misbehave;
		(void) signal(SIGCHLD, SIG_IGN); /* as it may be inherited */
		int r = bolt_scan(&target, &options, &err);
		if (r != rows[i].result || !strstr(err.msg, rows[i].said) || time(NULL) - before > 20)
			fail_msg("%s: %d (%s)", rows[i].name, r, err.msg);
		assert_int_equal(waitpid(-1, NULL, WNOHANG), -1); /* nobody is left behind */
		assert_int_equal(errno, ECHILD);
	}
	assert_int_equal(unlinkat(dir_fd, "index.json", 0), 0);
	close(dir_fd);
	assert_int_equal(rmdir(dir), 0);
}

static void asks_for_many_at_once(int channel)
{
	struct bolt_ask ask = { .kind = BOLT_ASK_OPEN, .size = 10 };
	struct bolt_answer answer;

	(void) snprintf(ask.name, sizeof(ask.name), "blobs/sha256/%064d", 7);
	for (unsigned i = 0; i < BOLT_SCAN_FETCHES_MAX + 3; i++) {
		int fd = -1;

		if (bolt_channel_send(channel, &ask, sizeof(ask), -1) < 0 ||
		    bolt_channel_receive(channel, &answer, sizeof(answer), &fd) < 0)
			_exit(9);
		if (answer.status != (i < BOLT_SCAN_FETCHES_MAX ? 0 : -E2BIG))
			_exit(8);
	}
	say_done(channel, 0);
}

/* A registry that says nothing for a second, and from then on hangs up. */
static void *serve_nothing(void *context)
{
	const int *listening = context;

	sleep(1);
	for (int fd; (fd = accept(*listening, NULL, NULL)) >= 0;)
		close(fd);
	return NULL;
}

static void blobs_on_their_way_are_bounded(void **state)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } };
	socklen_t len = sizeof(address);
	char name[64];
	const struct bolt_target target = { .kind = BOLT_TARGET_REGISTRY, .name = name };
	const struct bolt_scan_options options = { .memory_limit_bytes = 256 << 20,
						   .registry = { .plain_http = true, .retry_wait_ms = 1 } };
	struct bolt_err err = { .msg = "" };
	pthread_t server;

	(void) state;
	int listening = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(listening, (struct sockaddr *) &address, len), 0);
	assert_int_equal(listen(listening, 128), 0);
	assert_int_equal(getsockname(listening, (struct sockaddr *) &address, &len), 0);
	(void) snprintf(name, sizeof(name), "127.0.0.1:%u/app:1", (unsigned) ntohs(address.sin_port));
	assert_int_equal(pthread_create(&server, NULL, serve_nothing, &listening), 0);
	misbehave = asks_for_many_at_once;
	int r = bolt_scan(&target, &options, &err);
	if (r < 0)
		fail_msg("%d (%s)", r, err.msg);
	assert_int_equal(shutdown(listening, SHUT_RDWR), 0);
	pthread_join(server, NULL);
	close(listening);
}

static int open_descriptors(void)
{
	int n = 0;

	for (int fd = 0; fd < 256; fd++)
		n += fcntl(fd, F_GETFD) >= 0;
	return n;
}

static void send_descriptors(int socket, size_t n)
{
	const int fds[3] = { STDERR_FILENO, STDERR_FILENO, STDERR_FILENO };
	union {
		char bytes[CMSG_SPACE(sizeof(fds))];
		struct cmsghdr aligned;
	} control = { .bytes = { 0 } };
	struct iovec part = { (void *) (uintptr_t) "four", 4 };
	struct msghdr header = {
		.msg_iov = &part, .msg_iovlen = 1, .msg_control = control.bytes, .msg_controllen = CMSG_SPACE(n * sizeof(int))
	};
	struct cmsghdr *c = CMSG_FIRSTHDR(&header);

	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(n * sizeof(int));
	memcpy(CMSG_DATA(c), fds, n * sizeof(int));
	assert_int_equal(sendmsg(socket, &header, 0), 4);
}

static void one_descriptor_is_taken_and_none_ever_leaks(void **state)
{
	char message[4];
	int ends[2], fd;

	(void) state;
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends), 0);
	int before = open_descriptors();
	for (size_t n = 1; n <= 3; n++) {
		fd = -1;
		send_descriptors(ends[0], n);
		assert_int_equal(bolt_channel_receive(ends[1], message, sizeof(message), &fd), n == 1 ? 0 : -EPROTO);
		assert_int_equal(fd >= 0, n == 1);
		if (fd >= 0)
			close(fd);
		send_descriptors(ends[0], n);
		assert_int_equal(bolt_channel_receive(ends[1], message, sizeof(message), NULL), -EPROTO);
		assert_int_equal(open_descriptors(), before);
	}
	close(ends[0]);
	assert_int_equal(bolt_channel_receive(ends[1], message, sizeof(message), &fd), -EPIPE);
	close(ends[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_worker_that_was_taken_over_neither_hangs_nor_floods_its_parent),
		cmocka_unit_test(blobs_on_their_way_are_bounded),
		cmocka_unit_test(one_descriptor_is_taken_and_none_ever_leaks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
