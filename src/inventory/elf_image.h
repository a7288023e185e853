/* The head of an ELF file (System V gABI, 2013; class 32 and 64, both byte orders): which parts of the file are loaded how, and
 * where in memory they land. Section headers come last in a file and may be stripped: they are not used. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/cursor.h"
#include "core/macros.h"

/* What can be found in a part of the file. */
enum bolt_elf_part_kind {
	BOLT_ELF_CONSTANTS = 1, /* loaded, not writable: string constants */
	BOLT_ELF_VARIABLES = 2, /* loaded, writable: initialised variables */
	BOLT_ELF_UNLOADED = 4,  /* in no segment: debug information, and sections for tools only */
	BOLT_ELF_CODE = 8,      /* executable only, in a file that keeps its constants elsewhere */
};

struct bolt_elf_part {
	uint64_t from, to; /* offsets in the file */
	uint64_t address;  /* of `from` in memory; 0 when not loaded */
	unsigned kinds;    /* bolt_elf_part_kind, or'ed */
};

/* Real programs have 2-4 loaded segments; each may be followed by an unloaded part. */
enum { BOLT_ELF_SEGMENTS_MAX = 32, BOLT_ELF_PARTS_MAX = 2 * BOLT_ELF_SEGMENTS_MAX + 1 };

struct bolt_elf {
	bool wide; /* 64 bit */
	bool big_endian;
	bool go_note;                                   /* carries the note of a Go build id */
	struct bolt_elf_part parts[BOLT_ELF_PARTS_MAX]; /* sorted, without gaps or overlap, from 0 to the end of any file */
	size_t parts_len;
};

/* `head` is the start of the file. A program whose program headers lie elsewhere (patchelf moves them) is one part that may hold
 * anything. 0 | -EBADMSG (no ELF header) | -ENOEXEC (an object file: nothing in it is loaded). */
BOLT_MUST_CHECK int bolt_elf_read(struct bolt_cursor head, struct bolt_elf *ret_elf);

/* The address in memory of a file offset, 0 when it has none. */
uint64_t bolt_elf_address(const struct bolt_elf *elf, uint64_t offset);

/* A pointer-sized number in the file's own byte order. 0 | -EBADMSG. */
BOLT_MUST_CHECK int bolt_elf_take_word(struct bolt_cursor *c, bool wide, bool big_endian, uint64_t *ret_value);
