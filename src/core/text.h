/* Small, total functions over text: parsing numbers and sizes, UTF-8, paths inside an image. No allocation. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/macros.h"

/* Decimal digits only, no sign, no space. 0 | -EINVAL (not a number) | -ERANGE (over max). */
BOLT_MUST_CHECK int bolt_parse_u64(const char *text, uint64_t max, uint64_t *ret_value);

/* "4096", "64K", "256M", "2G", also KiB/MiB/GiB, powers of 1024. 0 | -EINVAL | -ERANGE. */
BOLT_MUST_CHECK int bolt_parse_size(const char *text, uint64_t *ret_bytes);

/* "1.4 GiB", "312 KiB", "17 B" into buf, which is returned. */
const char *bolt_format_size(uint64_t bytes, char *buf, size_t buf_len);

/* Length in bytes of the UTF-8 sequence that starts at p (1-4), or 0 when it is not valid UTF-8 (RFC 3629). */
size_t bolt_utf8_len(const uint8_t *p, size_t left);

bool bolt_utf8_valid(const char *text, size_t len);

/* Columns a terminal needs for the text, one per code point (wide East Asian forms are counted as two). */
size_t bolt_text_columns(const char *text);

/* In place: every control character and every byte that is not valid UTF-8 becomes '?'. */
void bolt_text_clean(char *text);

/* In place: "\\" becomes '\', "\xNN" that byte unless it is 0; other backslashes stay. */
void bolt_text_unescape(char *text);

bool bolt_starts_with(const char *text, const char *prefix);
bool bolt_ends_with(const char *text, const char *suffix);

/* Last path component, never NULL: "a/b/c" -> "c". A pointer into path. */
const char *bolt_basename(const char *path);

/* The path of an archive entry as it lands under the image's root: leading '/' and './' dropped, '//' and '/./'
 * collapsed, '..' resolved without ever leaving the root. `out` needs len + 1 bytes and may be `path` itself; the root is "".
 * *ret_escaped tells whether a '..' tried to leave the root. Returns the length written. */
size_t bolt_path_normalise(const char *path, size_t len, char *out, bool *ret_escaped);

/* Does `path` match the glob? '*' matches within a component, a leading "**" + '/' any number of leading components,
 * '?' one byte. No brackets. */
bool bolt_glob_match(const char *glob, const char *path);
