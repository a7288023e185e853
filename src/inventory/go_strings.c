#include "inventory/go_strings.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/grow.h"
#include "inventory/byte_pair.h"
#include "inventory/limits.h"

enum { VERSION_BYTES = 104 }; /* "go1.17.13 X:" and a few experiments; one text takes 16 bytes more */

struct bolt_go_string {
	uint64_t address;
	uint8_t text[VERSION_BYTES];
	uint8_t len;
};

struct bolt_go_header {
	uint64_t address; /* of the header */
	size_t text;      /* index into texts */
	uint8_t len;
};

/* cmd/go/internal/modload: infoStart and infoEnd. */
static const uint8_t modules_start[16] = { 0x30, 0x77, 0xaf, 0x0c, 0x92, 0x74, 0x08, 0x02,
					   0x41, 0xe1, 0xc1, 0x07, 0xe6, 0xd6, 0x18, 0xe6 };
static const uint8_t modules_end[16] = { 0xf9, 0x32, 0x43, 0x31, 0x86, 0x18, 0x20, 0x72,
					 0x00, 0x82, 0x42, 0x10, 0x41, 0x16, 0xd8, 0xf2 };

static int keep_versions(struct bolt_go_strings *s, const struct bolt_elf *elf, const struct bolt_window *w)
{
	static const struct bolt_byte_pair pair = { .first = 'g', .distance = 3, .second = { '.', '.', '.', '.' } };

	for (size_t i = 0; (i = bolt_find_pair(w->p, w->n, i, w->starts, &pair)) != SIZE_MAX; i++) {
		if (memcmp(w->p + i, "go1.", 4) != 0 || s->texts_len >= BOLT_GO_VERSIONS_MAX)
			continue;
		int r = bolt_grow(&s->texts, s->texts_len, &s->texts_room, sizeof(*s->texts));
		if (r < 0)
			return r;
		struct bolt_go_string *text = &s->texts[s->texts_len++];
		size_t n = w->n - i < VERSION_BYTES ? w->n - i : VERSION_BYTES;
		*text = (struct bolt_go_string){ .address = bolt_elf_address(elf, w->at + i), .len = (uint8_t) n };
		memcpy(text->text, w->p + i, n);
	}
	return 0;
}

/* Adds what this window has of an open text, and closes it when its end mark is there. */
static int continue_modules(struct bolt_go_strings *s, const uint8_t *p, size_t n)
{
	size_t seen = s->modules.len < sizeof(modules_end) ? 0 : s->modules.len - sizeof(modules_end);
	int r = bolt_buf_add(&s->modules, p, n);

	if (r == -E2BIG) { /* no end within the bound: the start mark was chance or malice */
		s->modules_state = BOLT_GO_MODULES_NONE;
		return 0;
	}
	if (r < 0)
		return r;
	const uint8_t *end = memmem(s->modules.data + seen, s->modules.len - seen, modules_end, sizeof(modules_end));
	if (end) {
		s->modules.len = (size_t) (end - s->modules.data) + sizeof(modules_end);
		s->modules_state = BOLT_GO_MODULES_WHOLE;
	}
	return 0;
}

static int keep_modules(struct bolt_go_strings *s, const struct bolt_elf *elf, const struct bolt_window *w)
{
	static const struct bolt_byte_pair pair = { .first = 0x77, .distance = 1, .second = { 0xaf, 0xaf, 0xaf, 0xaf } };

	if (s->modules_state == BOLT_GO_MODULES_OPEN)
		return continue_modules(s, w->p, w->starts);
	for (size_t i = 0; s->modules_state == BOLT_GO_MODULES_NONE; i++) {
		i = bolt_find_pair(w->p, w->n, i, w->starts + 1 < w->n ? w->starts + 1 : w->n, &pair);
		if (i == SIZE_MAX)
			return 0;
		if (i < 1 || w->n - i + 1 < sizeof(modules_start) ||
		    memcmp(w->p + i - 1, modules_start, sizeof(modules_start)) != 0)
			continue;
		s->modules = (struct bolt_buf) BOLT_BUF_INIT(BOLT_BUILD_INFO_MAX);
		s->modules_address = bolt_elf_address(elf, w->at + i - 1);
		s->modules_state = BOLT_GO_MODULES_OPEN;
		return continue_modules(s, w->p + i - 1, w->starts - (i - 1));
	}
	return 0;
}

int bolt_go_strings_texts(struct bolt_go_strings *strings, const struct bolt_elf *elf, const struct bolt_window *window)
{
	int r = keep_versions(strings, elf, window);

	return r < 0 ? r : keep_modules(strings, elf, window);
}

/* Which text is at an address: they were met in the order of the file, and linkers lay out memory in that order too. */
static size_t text_at(const struct bolt_go_strings *s, uint64_t address)
{
	size_t low = 0, high = s->texts_len;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (s->texts[middle].address == address)
			return middle;
		if (s->texts[middle].address < address)
			low = middle + 1;
		else
			high = middle;
	}
	return SIZE_MAX;
}

int bolt_go_strings_headers(struct bolt_go_strings *strings, const struct bolt_elf *elf, const struct bolt_window *window)
{
	size_t word = elf->wide ? 8 : 4, i = (word - window->at % word) % word;
	uint64_t lowest, highest, address, len;

	if (strings->texts_len == 0)
		return 0;
	lowest = strings->texts[0].address;
	highest = strings->texts[strings->texts_len - 1].address;
	for (; i < window->starts && strings->headers_len < BOLT_GO_VERSIONS_MAX; i += word) {
		struct bolt_cursor c = bolt_cursor(window->p + i, window->n - i);

		if (bolt_elf_take_word(&c, elf->wide, elf->big_endian, &address) < 0 || address < lowest || address > highest ||
		    bolt_elf_take_word(&c, elf->wide, elf->big_endian, &len) < 0)
			continue;
		size_t text = text_at(strings, address);
		if (text == SIZE_MAX || len > strings->texts[text].len)
			continue;
		int r = bolt_grow(&strings->headers, strings->headers_len, &strings->headers_room, sizeof(*strings->headers));
		if (r < 0)
			return r;
		strings->headers[strings->headers_len++] = (struct bolt_go_header){
			.address = bolt_elf_address(elf, window->at + i), .text = text, .len = (uint8_t) len
		};
	}
	return 0;
}

struct bolt_cursor bolt_go_strings_version(const struct bolt_go_strings *strings, uint64_t address)
{
	for (size_t i = 0; i < strings->headers_len; i++) {
		const struct bolt_go_header *header = &strings->headers[i];

		if (header->address == address)
			return bolt_cursor(strings->texts[header->text].text, header->len);
	}
	return bolt_cursor(NULL, 0);
}

struct bolt_cursor bolt_go_strings_modules(const struct bolt_go_strings *strings)
{
	if (strings->modules_state != BOLT_GO_MODULES_WHOLE)
		return bolt_cursor(NULL, 0);
	return bolt_cursor(strings->modules.data, strings->modules.len);
}

void bolt_go_strings_done(struct bolt_go_strings *strings)
{
	free(strings->texts);
	free(strings->headers);
	bolt_buf_done(&strings->modules);
	*strings = (struct bolt_go_strings){ 0 };
}
