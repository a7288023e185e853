#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/sigpipe.h"
#include "core/write_all.h"

enum { MANY = 1 << 20 };

static void *read_slowly(void *fd)
{
	static uint8_t block[4096];
	size_t got = 0;

	for (ssize_t n; (n = read(*(int *) fd, block, sizeof(block))) > 0;)
		got += (size_t) n;
	return (void *) got;
}

static void everything_is_written_also_to_a_full_nonblocking_pipe(void **state)
{
	uint8_t *bytes = calloc(1, MANY);
	pthread_t reader;
	void *got;
	int ends[2];

	(void) state;
	assert_int_equal(pipe(ends), 0);
	assert_int_equal(fcntl(ends[1], F_SETFL, O_NONBLOCK), 0);
	assert_int_equal(pthread_create(&reader, NULL, read_slowly, &ends[0]), 0);
	assert_int_equal(bolt_write_all(ends[1], bytes, MANY), 0);
	close(ends[1]);
	assert_int_equal(pthread_join(reader, &got), 0);
	assert_int_equal((uintptr_t) got, MANY);
	close(ends[0]);
	free(bytes);
}

static volatile sig_atomic_t signals;

static void count(int number)
{
	(void) number;
	signals = signals + 1;
}

static void a_reader_that_went_away_is_an_error_and_no_signal(void **state)
{
	struct bolt_sigpipe outer, inner;
	int ends[2];

	(void) state;
	assert_true(signal(SIGPIPE, count) != SIG_ERR);
	assert_int_equal(pipe(ends), 0);
	close(ends[0]);
	bolt_sigpipe_hold(&outer);
	bolt_sigpipe_hold(&inner);
	assert_int_equal(bolt_write_all(ends[1], "x", 1), -EPIPE);
	bolt_sigpipe_release(&inner);
	assert_int_equal(bolt_write_all(ends[1], "x", 1), -EPIPE);
	bolt_sigpipe_release(&outer);
	assert_int_equal(signals, 0);

	assert_int_equal(bolt_write_all(ends[1], "x", 1), -EPIPE);
	assert_int_equal(signals, 1); /* outside, everything is as it was */
	close(ends[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(everything_is_written_also_to_a_full_nonblocking_pipe),
		cmocka_unit_test(a_reader_that_went_away_is_an_error_and_no_signal),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
