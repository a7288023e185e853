/* Stored records: the first byte says which of three kinds of bytes follow. Whatever is read back can be packed, and reads the
 * same. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "scan/limits.h"
#include "scan/record.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static void same_again(const struct bolt_report *report)
{
	BOLT_CLEANUP(bolt_report_freep) struct bolt_report *again = bolt_report_new(256 << 20);
	struct bolt_buf packed = BOLT_BUF_INIT(BOLT_RECORD_PACKED_MAX);

	if (again && bolt_record_pack(report, &packed) == 0) {
		if (bolt_record_unpack(bolt_cursor(packed.data, packed.len), NULL, again) < 0 ||
		    again->packages_len != report->packages_len || again->subject.layers_len != report->subject.layers_len)
			abort();
	}
	bolt_buf_done(&packed);
}

/* As it is after unpacking, so that a fuzzer gets past the compression. */
static void plain(const uint8_t *bytes, size_t n, struct bolt_report *report, size_t packages)
{
	uint8_t *packed = malloc(4 + ZSTD_compressBound(n));
	struct bolt_told *told;
	size_t len;

	if (!packed)
		return;
	size_t used = ZSTD_compress(packed + 4, ZSTD_compressBound(n), bytes, n, 1);
	for (unsigned i = 0; i < 4; i++)
		packed[i] = (uint8_t) (n >> (8 * i));
	struct bolt_cursor c = bolt_cursor(packed, used + 4);
	if (packages == 0 && bolt_record_unpack(c, NULL, report) == 0)
		same_again(report);
	else if (packages > 0 && bolt_told_unpack(c, NULL, packages, report->arena, &told, &len) == 0 && len > 0 &&
		 told[len - 1].package >= packages)
		abort();
	free(packed);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	BOLT_CLEANUP(bolt_report_freep) struct bolt_report *report = bolt_report_new(256 << 20);
	struct bolt_record record;

	if (!report || n < 1)
		return 0;
	switch (bytes[0] % 4) {
	case 0:
		plain(bytes + 1, n - 1, report, 0);
		break;
	case 1:
		plain(bytes + 1, n - 1, report, 5);
		break;
	case 2:
		if (bolt_record_unpack(bolt_cursor(bytes + 1, n - 1), NULL, report) == 0)
			same_again(report);
		break;
	default:
		if (bolt_record_take(bolt_cursor(bytes + 1, n - 1), &record) == 0 &&
		    (!memchr(record.head.image, '\0', sizeof(record.head.image)) || record.keys.left % 8 != 0))
			abort();
	}
	return 0;
}
