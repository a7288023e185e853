#include "oci/tar_header.h"

#include <errno.h>
#include <string.h>

bool tar_block_is_zero(const uint8_t *block)
{
	return block[0] == 0 && memcmp(block, block + 1, TAR_BLOCK - 1) == 0;
}

static bool is_filler(uint8_t byte)
{
	return byte == ' ' || byte == '\0';
}

int tar_number(const uint8_t *field, size_t len, uint64_t *ret_value)
{
	uint64_t value = 0;
	size_t i = 0;

	if (field[0] & 0x80) { /* base-256, big-endian; with the next bit set it is negative */
		if (field[0] & 0x40)
			return -EBADMSG;
		value = field[0] & 0x3f;
		for (i = 1; i < len; i++) {
			if (value >> 55)
				return -EBADMSG;
			value = value << 8 | field[i];
		}
		*ret_value = value;
		return 0;
	}
	/* As Go's archive/tar does it: blanks and NULs go from both ends, then nothing but digits may stand before a NUL. */
	while (i < len && is_filler(field[i]))
		i++;
	while (len > i && is_filler(field[len - 1]))
		len--;
	for (; i < len && field[i] != '\0'; i++) {
		if (field[i] < '0' || field[i] > '7' || value >> 60)
			return -EBADMSG;
		value = value << 3 | (uint64_t) (field[i] - '0');
	}
	*ret_value = value;
	return 0;
}

/* Sum of all bytes with the checksum field read as blanks; old tars summed signed bytes. */
static bool checksum_matches(const uint8_t *block)
{
	uint32_t sum = 8 * ' ', high = 0;
	uint64_t want;

	/* One loop without conditions over all bytes, which a compiler turns into a few vector additions, less the field itself. */
	for (size_t i = 0; i < TAR_BLOCK; i++) {
		sum += block[i];
		high += block[i] >> 7; /* a signed sum counts these as 256 less */
	}
	for (size_t i = 148; i < 156; i++) {
		sum -= block[i];
		high -= block[i] >> 7;
	}
	return tar_number(block + 148, 8, &want) == 0 && (want == sum || (int64_t) want == (int64_t) sum - 256 * (int64_t) high);
}

static size_t copy_text(char *to, const uint8_t *from, size_t len)
{
	size_t n = strnlen((const char *) from, len);

	memcpy(to, from, n);
	to[n] = '\0';
	return n;
}

/* Go before 1.8 wrote ustar prefixes under GNU's magic, and its readers still look for them: where GNU has two times there is text.
 */
static bool has_go_prefix(const uint8_t *block)
{
	uint64_t ignored;
	bool times = (block[345] == 0 || tar_number(block + 345, 12, &ignored) == 0) &&
		     (block[357] == 0 || tar_number(block + 357, 12, &ignored) == 0);

	for (size_t i = 345; !times && i < 500 && block[i]; i++)
		times = block[i] >= 0x80;
	return !times;
}

int tar_header_parse(const uint8_t *block, struct tar_header *ret_header, struct bolt_err *err)
{
	struct tar_header *h = ret_header;
	uint64_t mode;
	bool ustar = memcmp(block + 257, "ustar\0", 6) == 0;
	bool star = ustar && memcmp(block + 508, "tar", 4) == 0;

	if (!checksum_matches(block))
		return bolt_err_set(err, -EBADMSG, "header checksum does not match");
	if (tar_number(block + 124, 12, &h->size) < 0)
		return bolt_err_set(err, -EBADMSG, "size is not a number");
	if (tar_number(block + 100, 8, &mode) < 0)
		mode = 0; /* runtimes take what they can of it; nothing depends on it */
	h->mode = (uint32_t) mode & 07777;
	h->type = (char) block[156];
	h->gnu = memcmp(block + 257, "ustar  ", 8) == 0;

	size_t used = 0;
	if ((ustar || (h->gnu && has_go_prefix(block))) && block[345] != 0) {
		used = copy_text(h->name, block + 345, star ? 131 : 155);
		h->name[used++] = '/';
	}
	copy_text(h->name + used, block, 100);
	copy_text(h->link, block + 157, 100);
	return 0;
}

int tar_pax_next(struct bolt_cursor *records, struct bolt_cursor *ret_key, struct bolt_cursor *ret_value)
{
	struct bolt_cursor all = *records, digits, record;
	size_t len = 0;

	if (records->left == 0)
		return 0;
	if (!bolt_take_until(&all, ' ', &digits) || digits.left == 0 || digits.left > 8)
		return -EBADMSG;
	for (size_t i = 0; i < digits.left; i++) {
		if (digits.p[i] < '0' || digits.p[i] > '9')
			return -EBADMSG;
		len = len * 10 + (size_t) (digits.p[i] - '0');
	}
	if (len <= digits.left + 1 || bolt_take_sub(records, len, &record) < 0)
		return -EBADMSG;
	if (bolt_skip(&record, digits.left + 1) < 0 || record.left == 0 || record.p[record.left - 1] != '\n')
		return -EBADMSG;
	record.left--;
	const uint8_t *equals = record.left ? memchr(record.p, '=', record.left) : NULL;
	if (!equals)
		return -EBADMSG;
	*ret_key = bolt_cursor(record.p, (size_t) (equals - record.p));
	*ret_value = bolt_cursor(equals + 1, record.left - ret_key->left - 1);
	return 1;
}
