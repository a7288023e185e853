/* A zip archive read forwards, by its local headers. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/zip_private.h"

int bolt_zip_open_stream(struct bolt_reader *source, struct bolt_zip_budget *budget, struct bolt_zip **ret_zip,
			 struct bolt_err *err)
{
	struct bolt_zip *zip = calloc(1, sizeof(*zip));

	(void) err; /* running out of memory needs no words */
	if (!zip)
		return -ENOMEM;
	zip->source = source;
	zip->budget = budget;
	*ret_zip = zip;
	return 0;
}

/* n bytes across blocks; into == NULL drops them. 0 | -EBADMSG (the stream ends before) | what it failed with. */
static int take(struct bolt_zip *zip, uint8_t *into, uint64_t n, struct bolt_err *err)
{
	while (n > 0) {
		int r = bolt_zip_block(zip, err);

		if (r <= 0)
			return r < 0 ? r
				     : bolt_err_set(err, -EBADMSG, "cut off after %llu entries", (unsigned long long) zip->entries);
		size_t step = zip->block.left < n ? zip->block.left : (size_t) n;
		if (into) {
			memcpy(into, zip->block.p, step);
			into += step;
		}
		zip->block.p += step;
		zip->block.left -= step;
		n -= step;
	}
	return 0;
}

/* Reads on until one of the signatures that may follow has passed, `within` bytes at most; *ret_signature tells which. */
static int take_signature(struct bolt_zip *zip, uint64_t within, uint32_t *ret_signature, struct bolt_err *err)
{
	uint32_t last = 0;

	for (uint64_t i = 0; i < within; i++) {
		uint8_t byte;
		int r = take(zip, &byte, 1, err);

		if (r < 0)
			return r;
		last = last >> 8 | (uint32_t) byte << 24;
		if (i >= 3 &&
		    (last == BOLT_ZIP_LOCAL || last == BOLT_ZIP_CENTRAL || last == BOLT_ZIP_END || last == BOLT_ZIP_END64)) {
			*ret_signature = last;
			return 0;
		}
	}
	return bolt_err_set(err, -EBADMSG, "no entry where one should follow, after %llu entries",
			    (unsigned long long) zip->entries);
}

/* Passes over what is left of the current entry. Where its length is not known only inflating tells its end. */
static int pass_over(struct bolt_zip *zip, struct bolt_err *err)
{
	struct bolt_reader *content = &zip->content;
	int r;

	if (zip->packed_left != BOLT_ZIP_UNKNOWN)
		return take(zip, NULL, zip->packed_left, err);
	if (zip->finished)
		return 0;
	r = !zip->opened ? bolt_zip_content(zip, &content, err) : 0;
	if (r == 0)
		r = bolt_reader_drain(content, NULL, err);
	return r == -EOPNOTSUPP ? -EBADMSG : r; /* such an entry has no findable end */
}

static int read_local(struct bolt_zip *zip, struct bolt_err *err)
{
	uint8_t fixed[26], extra[UINT16_MAX], *name = (uint8_t *) zip->name;
	struct bolt_cursor c = bolt_cursor(fixed, sizeof(fixed));
	uint16_t name_len, extra_len;
	int r = take(zip, fixed, sizeof(fixed), err);

	if (r < 0)
		return r;
	if (bolt_skip(&c, 2) < 0 || bolt_zip_take_facts(&c, &zip->entry) < 0 || bolt_take_u16le(&c, &name_len) < 0 ||
	    bolt_take_u16le(&c, &extra_len) < 0)
		return -EBADMSG;
	if (name_len > BOLT_ZIP_NAME_MAX)
		return bolt_err_set(err, -EBADMSG, "an entry's name is longer than %d bytes", BOLT_ZIP_NAME_MAX);
	r = take(zip, name, name_len, err);
	if (r == 0)
		r = take(zip, extra, extra_len, err);
	if (r < 0)
		return r;
	zip->name[name_len] = '\0';
	bolt_zip_take_zip64(bolt_cursor(extra, extra_len), &zip->entry, NULL);
	bool directory = name_len > 0 && zip->name[name_len - 1] == '/' && zip->entry.method == 0;
	if (zip->entry.described && zip->entry.packed == 0 && !directory)
		zip->entry.packed = zip->entry.size = BOLT_ZIP_UNKNOWN;
	bolt_zip_content_start(zip, zip->entry.packed);
	return 1;
}

int bolt_zip_stream_next(struct bolt_zip *zip, struct bolt_err *err)
{
	/* Before the first entry a shell script may stand; behind a described one a descriptor of 12 to 24 bytes. */
	uint64_t within = zip->started ? 4 + (zip->entry.described ? 24 : 0) : BOLT_ZIP_PREFIX_MAX;
	uint32_t signature = 0;
	int r = zip->started ? pass_over(zip, err) : 0;

	if (r < 0)
		return r;
	zip->started = true;
	r = take_signature(zip, within, &signature, err);
	if (r < 0)
		return r;
	if (signature == BOLT_ZIP_LOCAL)
		return read_local(zip, err);
	zip->packed_left = 0; /* the central directory: what it says has been seen */
	zip->entry.described = false;
	return 0;
}
