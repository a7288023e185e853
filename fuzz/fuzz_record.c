/* The canonical bytes of advisories: what can be decoded can be encoded, and then reads and is written the same. */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "advisory/record.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	BOLT_CLEANUP(bolt_arena_freep) struct bolt_arena *arena = bolt_arena_new(64 << 20);
	struct bolt_buf once = BOLT_BUF_INIT(8 << 20), again = BOLT_BUF_INIT(8 << 20);
	struct bolt_advisory record = { .id = NULL }, short_record = { .id = NULL }, second = { .id = NULL };
	struct bolt_err err = { .msg = "" };

	if (!arena || bolt_record_decode(bolt_cursor(bytes, n), true, arena, &record) < 0)
		return 0;
	if (bolt_record_decode(bolt_cursor(bytes, n), false, arena, &short_record) < 0 || short_record.affected_len != 0 ||
	    strcmp(short_record.id, record.id) != 0)
		abort();
	int r = bolt_record_encode(&record, &once, &err);
	if (r == -EBADMSG && !err.msg[0])
		abort();
	if (r == 0) {
		if (bolt_record_decode(bolt_cursor(once.data, once.len), true, arena, &second) < 0 ||
		    bolt_record_encode(&second, &again, NULL) < 0 || once.len != again.len ||
		    memcmp(once.data, again.data, once.len) != 0)
			abort();
	}
	bolt_buf_done(&once);
	bolt_buf_done(&again);
	return 0;
}
