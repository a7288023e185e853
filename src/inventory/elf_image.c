#include "inventory/elf_image.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { ET_EXEC_ = 2, ET_DYN_ = 3, PT_LOAD_ = 1, PT_NOTE_ = 4, PF_X_ = 1, PF_W_ = 2, NOTE_GO_BUILD_ID = 4 };

struct segment {
	uint32_t type, flags;
	uint64_t offset, address, size;
};

static int take_u16(struct bolt_cursor *c, bool big_endian, uint16_t *ret_value)
{
	return big_endian ? bolt_take_u16be(c, ret_value) : bolt_take_u16le(c, ret_value);
}

static int take_u32(struct bolt_cursor *c, bool big_endian, uint32_t *ret_value)
{
	return big_endian ? bolt_take_u32be(c, ret_value) : bolt_take_u32le(c, ret_value);
}

int bolt_elf_take_word(struct bolt_cursor *c, bool wide, bool big_endian, uint64_t *ret_value)
{
	uint32_t narrow;

	if (wide)
		return big_endian ? bolt_take_u64be(c, ret_value) : bolt_take_u64le(c, ret_value);
	int r = take_u32(c, big_endian, &narrow);
	if (r == 0)
		*ret_value = narrow;
	return r;
}

/* Elf64_Phdr has its flags second, Elf32_Phdr seventh. */
static int take_segment(struct bolt_cursor c, const struct bolt_elf *elf, struct segment *ret_segment)
{
	struct segment s = { 0 };
	uint64_t skipped;

	if (take_u32(&c, elf->big_endian, &s.type) < 0 || (elf->wide && take_u32(&c, elf->big_endian, &s.flags) < 0) ||
	    bolt_elf_take_word(&c, elf->wide, elf->big_endian, &s.offset) < 0 ||
	    bolt_elf_take_word(&c, elf->wide, elf->big_endian, &s.address) < 0 ||
	    bolt_elf_take_word(&c, elf->wide, elf->big_endian, &skipped) < 0 ||
	    bolt_elf_take_word(&c, elf->wide, elf->big_endian, &s.size) < 0 ||
	    bolt_elf_take_word(&c, elf->wide, elf->big_endian, &skipped) < 0 ||
	    (!elf->wide && take_u32(&c, elf->big_endian, &s.flags) < 0))
		return -EBADMSG;
	*ret_segment = s;
	return 0;
}

/* Does a PT_NOTE segment hold the note "Go" that Go's linker writes? */
static bool has_go_note(struct bolt_cursor head, const struct bolt_elf *elf, const struct segment *s)
{
	struct bolt_cursor notes;
	uint32_t name_len, data_len, type;
	const uint8_t *name;

	if (bolt_cursor_at(&head, s->offset, s->size, &notes) < 0)
		return false;
	while (take_u32(&notes, elf->big_endian, &name_len) == 0 && take_u32(&notes, elf->big_endian, &data_len) == 0 &&
	       take_u32(&notes, elf->big_endian, &type) == 0) {
		uint64_t name_room = ((uint64_t) name_len + 3) & ~3ull, data_room = ((uint64_t) data_len + 3) & ~3ull;

		if (bolt_take_bytes(&notes, (size_t) name_room, &name) < 0)
			return false;
		if (type == NOTE_GO_BUILD_ID && name_len == 4 && memcmp(name, "Go\0", 4) == 0)
			return true;
		if (bolt_skip(&notes, (size_t) data_room) < 0)
			return false;
	}
	return false;
}

static int by_offset(const void *a, const void *b)
{
	const struct segment *x = a, *y = b;

	return x->offset < y->offset ? -1 : x->offset > y->offset;
}

static void add_part(struct bolt_elf *elf, uint64_t from, uint64_t to, uint64_t address, unsigned kinds)
{
	if (from < to)
		elf->parts[elf->parts_len++] = (struct bolt_elf_part){ .from = from, .to = to, .address = address, .kinds = kinds };
}

/* Linkers that keep constants apart from code make a segment that is neither writable nor executable; where there is none,
 * constants stand between the code. */
static void make_parts(struct bolt_elf *elf, struct segment *loads, size_t n)
{
	bool constants_apart = false;
	uint64_t end = 0;

	qsort(loads, n, sizeof(*loads), by_offset);
	for (size_t i = 0; i < n; i++)
		constants_apart = constants_apart || (loads[i].flags & (PF_X_ | PF_W_)) == 0;
	for (size_t i = 0; i < n; i++) {
		const struct segment *s = &loads[i];
		uint64_t from = s->offset > end ? s->offset : end, to;
		unsigned kinds = s->flags & PF_W_                        ? BOLT_ELF_VARIABLES
				 : (s->flags & PF_X_) && constants_apart ? BOLT_ELF_CODE
									 : BOLT_ELF_CONSTANTS;

		if (__builtin_add_overflow(s->offset, s->size, &to))
			to = UINT64_MAX;
		add_part(elf, end, from, 0, BOLT_ELF_UNLOADED);
		add_part(elf, from, to, s->address + (from - s->offset), kinds);
		end = to > from ? to : from;
	}
	add_part(elf, end, UINT64_MAX, 0, BOLT_ELF_UNLOADED);
}

static int take_header(struct bolt_cursor c, struct bolt_elf *elf, uint16_t *ret_type, uint64_t *ret_table, uint16_t *ret_entry_len,
		       uint16_t *ret_entries)
{
	uint8_t class, order;
	uint32_t skipped;
	uint64_t entry_point, sections;

	if (!bolt_take_prefix(&c, "\177ELF") || bolt_take_u8(&c, &class) < 0 || bolt_take_u8(&c, &order) < 0 || class < 1 ||
	    class > 2 || order < 1 || order > 2 || bolt_skip(&c, 10) < 0)
		return -EBADMSG;
	elf->wide = class == 2;
	elf->big_endian = order == 2;
	if (take_u16(&c, elf->big_endian, ret_type) < 0 || bolt_skip(&c, 2) < 0 || take_u32(&c, elf->big_endian, &skipped) < 0 ||
	    bolt_elf_take_word(&c, elf->wide, elf->big_endian, &entry_point) < 0 ||
	    bolt_elf_take_word(&c, elf->wide, elf->big_endian, ret_table) < 0 ||
	    bolt_elf_take_word(&c, elf->wide, elf->big_endian, &sections) < 0 || bolt_skip(&c, 4 + 2) < 0 ||
	    take_u16(&c, elf->big_endian, ret_entry_len) < 0 || take_u16(&c, elf->big_endian, ret_entries) < 0)
		return -EBADMSG;
	return 0;
}

int bolt_elf_read(struct bolt_cursor head, struct bolt_elf *ret_elf)
{
	struct segment loads[BOLT_ELF_SEGMENTS_MAX], s;
	struct bolt_elf elf = { 0 };
	struct bolt_cursor entry;
	uint16_t type, entry_len, entries;
	uint64_t table;
	size_t n = 0;

	if (take_header(head, &elf, &type, &table, &entry_len, &entries) < 0)
		return -EBADMSG;
	if (type != ET_EXEC_ && type != ET_DYN_)
		return -ENOEXEC;
	for (uint16_t i = 0; i < entries && n < BOLT_ELF_SEGMENTS_MAX; i++) {
		if (table > head.left || bolt_cursor_at(&head, table + (uint64_t) i * entry_len, entry_len, &entry) < 0 ||
		    take_segment(entry, &elf, &s) < 0) {
			n = 0;
			break;
		}
		if (s.type == PT_NOTE_ && has_go_note(head, &elf, &s))
			elf.go_note = true;
		if (s.type == PT_LOAD_ && s.size > 0)
			loads[n++] = s;
	}
	if (n > 0)
		make_parts(&elf, loads, n);
	else
		add_part(&elf, 0, UINT64_MAX, 0, BOLT_ELF_CONSTANTS | BOLT_ELF_VARIABLES | BOLT_ELF_UNLOADED);
	*ret_elf = elf;
	return 0;
}

uint64_t bolt_elf_address(const struct bolt_elf *elf, uint64_t offset)
{
	for (size_t i = 0; i < elf->parts_len; i++) {
		const struct bolt_elf_part *part = &elf->parts[i];

		if (offset >= part->from && offset < part->to)
			return part->kinds & BOLT_ELF_UNLOADED ? 0 : part->address + (offset - part->from);
	}
	return 0;
}
