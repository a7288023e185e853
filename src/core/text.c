#include "core/text.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <wchar.h>

int bolt_parse_u64(const char *text, uint64_t max, uint64_t *ret_value)
{
	uint64_t value = 0;

	if (!*text)
		return -EINVAL;
	for (const char *p = text; *p; p++) {
		if (*p < '0' || *p > '9')
			return -EINVAL;
	}
	for (const char *p = text; *p; p++) {
		unsigned digit = (unsigned) (*p - '0');

		if (value > (UINT64_MAX - digit) / 10)
			return -ERANGE;
		value = value * 10 + digit;
	}
	if (value > max)
		return -ERANGE;
	*ret_value = value;
	return 0;
}

int bolt_parse_size(const char *text, uint64_t *ret_bytes)
{
	static const char units[] = "KMGT";
	char digits[24];
	size_t n = strspn(text, "0123456789");
	unsigned shift = 0;
	uint64_t value;

	if (n == 0 || n >= sizeof(digits))
		return n ? -ERANGE : -EINVAL;
	memcpy(digits, text, n);
	digits[n] = '\0';

	const char *unit = text + n;
	if (*unit && strcmp(unit, "B") != 0) {
		const char *at = strchr(units, *unit >= 'a' && *unit <= 'z' ? *unit - 'a' + 'A' : *unit);

		if (!at || (unit[1] && strcmp(unit + 1, "B") != 0 && strcmp(unit + 1, "iB") != 0))
			return -EINVAL;
		shift = 10 * (unsigned) (at - units + 1);
	}
	int r = bolt_parse_u64(digits, UINT64_MAX >> shift, &value);
	if (r < 0)
		return r;
	*ret_bytes = value << shift;
	return 0;
}

const char *bolt_format_size(uint64_t bytes, char *buf, size_t buf_len)
{
	static const char *const units[] = { "B", "KiB", "MiB", "GiB", "TiB", "PiB" };
	double value = (double) bytes;
	size_t unit = 0;

	while (value >= 1024 && unit + 1 < BOLT_ARRAY_LEN(units)) {
		value /= 1024;
		unit++;
	}
	(void) snprintf(buf, buf_len, value < 10 && unit ? "%.1f %s" : "%.0f %s", value, units[unit]);
	return buf;
}

size_t bolt_utf8_len(const uint8_t *p, size_t left)
{
	if (left == 0)
		return 0;
	if (p[0] < 0x80)
		return 1;
	if (p[0] >= 0xc2 && p[0] <= 0xdf)
		return left >= 2 && (p[1] & 0xc0) == 0x80 ? 2 : 0;
	if (p[0] >= 0xe0 && p[0] <= 0xef) {
		if (left < 3 || (p[1] & 0xc0) != 0x80 || (p[2] & 0xc0) != 0x80)
			return 0;
		bool overlong = p[0] == 0xe0 && p[1] < 0xa0;
		bool surrogate = p[0] == 0xed && p[1] > 0x9f;
		return overlong || surrogate ? 0 : 3;
	}
	if (p[0] >= 0xf0 && p[0] <= 0xf4) {
		if (left < 4 || (p[1] & 0xc0) != 0x80 || (p[2] & 0xc0) != 0x80 || (p[3] & 0xc0) != 0x80)
			return 0;
		bool overlong = p[0] == 0xf0 && p[1] < 0x90;
		bool too_high = p[0] == 0xf4 && p[1] > 0x8f;
		return overlong || too_high ? 0 : 4;
	}
	return 0;
}

bool bolt_utf8_valid(const char *text, size_t len)
{
	const uint8_t *p = (const uint8_t *) text;

	while (len > 0) {
		size_t n = bolt_utf8_len(p, len);

		if (n == 0)
			return false;
		p += n;
		len -= n;
	}
	return true;
}

static uint32_t decode(const uint8_t *p, size_t n)
{
	static const uint8_t lead_mask[] = { 0, 0x7f, 0x1f, 0x0f, 0x07 };
	uint32_t c = p[0] & lead_mask[n];

	for (size_t i = 1; i < n; i++)
		c = c << 6 | (p[i] & 0x3f);
	return c;
}

size_t bolt_text_columns(const char *text)
{
	const uint8_t *p = (const uint8_t *) text;
	size_t left = strlen(text), columns = 0;

	while (left > 0) {
		size_t n = bolt_utf8_len(p, left);
		uint32_t c = n ? decode(p, n) : '?';

		columns += (c >= 0x1100 && c <= 0x115f) || (c >= 0x2e80 && c <= 0xa4cf) || (c >= 0xac00 && c <= 0xd7a3) ||
					   (c >= 0xf900 && c <= 0xfaff) || (c >= 0xff00 && c <= 0xff60) ||
					   (c >= 0x1f300 && c <= 0x1faff)
				   ? 2
				   : 1;
		n = n ? n : 1;
		p += n;
		left -= n;
	}
	return columns;
}

void bolt_text_clean(char *text)
{
	uint8_t *p = (uint8_t *) text;
	size_t left = strlen(text);

	while (left > 0) {
		size_t n = bolt_utf8_len(p, left);
		bool c1_control = n == 2 && p[0] == 0xc2 && p[1] < 0xa0;

		if (n == 0 || p[0] < 0x20 || p[0] == 0x7f || c1_control) {
			p[0] = '?';
			n = 1;
		}
		p += n;
		left -= n;
	}
}

static int hex_digit(char c)
{
	const char *digits = "0123456789abcdef", *at = c ? strchr(digits, c) : NULL;

	return at ? (int) (at - digits) : -1;
}

void bolt_text_unescape(char *text)
{
	char *to = text;

	for (const char *from = text; *from; from++) {
		int high = from[0] == '\\' && from[1] == 'x' ? hex_digit(from[2]) : -1, low = high >= 0 ? hex_digit(from[3]) : -1;

		if (low >= 0 && high * 16 + low != 0) {
			*to++ = (char) (high * 16 + low);
			from += 3;
		} else {
			*to++ = *from;
			from += from[0] == '\\' && from[1] == '\\';
		}
	}
	*to = '\0';
}

bool bolt_starts_with(const char *text, const char *prefix)
{
	return strncmp(text, prefix, strlen(prefix)) == 0;
}

bool bolt_ends_with(const char *text, const char *suffix)
{
	size_t n = strlen(text), k = strlen(suffix);

	return n >= k && memcmp(text + n - k, suffix, k) == 0;
}

const char *bolt_basename(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

size_t bolt_path_normalise(const char *path, size_t len, char *out, bool *ret_escaped)
{
	size_t used = 0;
	bool escaped = false;

	for (size_t i = 0; i < len;) {
		size_t end = i;

		while (end < len && path[end] != '/')
			end++;
		size_t n = end - i;
		if (n == 2 && path[i] == '.' && path[i + 1] == '.') {
			escaped |= used == 0;
			while (used > 0 && out[used - 1] != '/')
				used--;
			used -= used > 0; /* the slash before the component that went */
		} else if (n > 0 && !(n == 1 && path[i] == '.')) {
			if (used > 0)
				out[used++] = '/';
			memmove(out + used, path + i, n); /* never ahead of what is still to be read */
			used += n;
		}
		i = end + 1;
	}
	out[used] = '\0';
	if (ret_escaped)
		*ret_escaped = escaped;
	return used;
}

/* One component against one component: '*' and '?' only. Linear with backtracking to the last star. */
static bool component_match(const char *glob, size_t glob_len, const char *text, size_t text_len)
{
	size_t g = 0, t = 0, star = SIZE_MAX, resume = 0;

	while (t < text_len) {
		if (g < glob_len && glob[g] == '*') {
			star = g++;
			resume = t;
		} else if (g < glob_len && (glob[g] == '?' || glob[g] == text[t])) {
			g++;
			t++;
		} else if (star != SIZE_MAX) {
			g = star + 1;
			t = ++resume;
		} else {
			return false;
		}
	}
	while (g < glob_len && glob[g] == '*')
		g++;
	return g == glob_len;
}

static bool glob_from(const char *glob, const char *path)
{
	for (;;) {
		size_t g = strcspn(glob, "/"), p = strcspn(path, "/");

		if (!component_match(glob, g, path, p))
			return false;
		if (!glob[g] || !path[p])
			return !glob[g] && !path[p];
		glob += g + 1;
		path += p + 1;
	}
}

bool bolt_glob_match(const char *glob, const char *path)
{
	if (!bolt_starts_with(glob, "**/"))
		return glob_from(glob, path);

	/* The rest has a fixed number of components, so only one suffix of the path can match it. */
	size_t want = 1, have = 1;
	for (const char *p = glob + 3; *p; p++)
		want += *p == '/';
	for (const char *p = path; *p; p++)
		have += *p == '/';
	for (; have > want; have--)
		path = strchr(path, '/') + 1;
	return have == want && glob_from(glob + 3, path);
}
