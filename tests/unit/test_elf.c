/* What was compiled into programs: Go's build info in both its forms, cargo-auditable's list. The programs are made here, byte by
 * byte; tests/component/go.bats and rust.bats use real ones. */
#include "run_stream.h"

#include "core/buf.h"
#include "inventory/go_build_info.h"
#include "inventory/limits.h"

#define MODULES_START "\x30\x77\xaf\x0c\x92\x74\x08\x02\x41\xe1\xc1\x07\xe6\xd6\x18\xe6"
#define MODULES_END "\xf9\x32\x43\x31\x86\x18\x20\x72\x00\x82\x42\x10\x41\x16\xd8\xf2"

static const char modules[] = "path\texample.com/hello/cmd\n"
			      "mod\texample.com/hello\t(devel)\t\n"
			      "dep\tgolang.org/x/text\tv0.3.0\th1:x=\n"
			      "=>\texample.com/fork\tv1.2.3\th1:y=\n"
			      "dep\texample.com/local\tv1.0.0\n"
			      "=>\t./local\t(devel)\t\n"
			      "dep\tgolang.org/x/sys\tv0.1.0\th1:z=\n"
			      "build\t-compiler=gc\n";
static const char modules_found[] = "example.com/hello (devel)\nexample.com/fork v1.2.3\nexample.com/local (devel)\n"
				    "golang.org/x/sys v0.1.0\n";

struct shape {
	bool wide, big_endian;
};
static const struct shape shapes[] = { { true, false }, { true, true }, { false, false }, { false, true } };
static const size_t block_lens[] = { 1, 7, 977, 8192, 0 };

static void add(struct bolt_buf *out, const void *bytes, size_t n)
{
	assert_int_equal(bolt_buf_add(out, bytes, n), 0);
}

static void add_zeros(struct bolt_buf *out, size_t n)
{
	for (size_t i = 0; i < n; i++)
		add(out, "", 1);
}

static void add_number(struct bolt_buf *out, uint64_t value, unsigned n, bool big_endian)
{
	for (unsigned i = 0; i < n; i++) {
		uint8_t byte = (uint8_t) (value >> 8 * (big_endian ? n - 1 - i : i));

		add(out, &byte, 1);
	}
}

static void add_segment(struct bolt_buf *out, struct shape s, uint32_t type, uint32_t flags, uint64_t offset, uint64_t size)
{
	unsigned word = s.wide ? 8 : 4;

	add_number(out, type, 4, s.big_endian);
	if (s.wide)
		add_number(out, flags, 4, s.big_endian);
	add_number(out, offset, word, s.big_endian);
	add_number(out, 0x400000 + offset, word, s.big_endian);
	add_number(out, 0, word, s.big_endian);
	add_number(out, size, word, s.big_endian);
	add_number(out, size, word, s.big_endian);
	if (!s.wide)
		add_number(out, flags, 4, s.big_endian);
	add_number(out, 16, word, s.big_endian);
}

enum { CONSTANTS_AT = 512, ELF_EXEC = 2, ELF_OBJECT = 1, LOAD = 1, NOTE = 4, READ = 4, WRITE = 2 };

static uint64_t variables_at(size_t constants_len)
{
	return (CONSTANTS_AT + constants_len + 15) & ~15ull;
}

/* A program of a constants segment, a variables segment and a tail in no segment; every address is 0x400000 + offset. */
static struct bolt_buf make_program(struct shape s, unsigned type, struct bolt_cursor constants, struct bolt_cursor variables,
				    struct bolt_cursor tail)
{
	struct bolt_buf out = BOLT_BUF_INIT(32 << 20);
	unsigned word = s.wide ? 8 : 4, head = s.wide ? 64 : 52, entry = s.wide ? 56 : 32, notes_at = head + 3 * entry;
	uint8_t ident[16] = { 0x7f, 'E', 'L', 'F', s.wide ? 2 : 1, s.big_endian ? 2 : 1, 1 };

	add(&out, ident, sizeof(ident));
	add_number(&out, type, 2, s.big_endian);
	add_number(&out, 62, 2, s.big_endian);
	add_number(&out, 1, 4, s.big_endian);
	add_number(&out, 0, word, s.big_endian);
	add_number(&out, head, word, s.big_endian);
	add_number(&out, 0, word, s.big_endian);
	add_number(&out, 0, 4, s.big_endian);
	add_number(&out, head, 2, s.big_endian);
	add_number(&out, entry, 2, s.big_endian);
	add_number(&out, 3, 2, s.big_endian);
	add_number(&out, 0, 6, s.big_endian);
	add_segment(&out, s, NOTE, READ, notes_at, 20);
	add_segment(&out, s, LOAD, READ, 0, CONSTANTS_AT + constants.left);
	add_segment(&out, s, LOAD, READ | WRITE, variables_at(constants.left), variables.left);
	assert_int_equal(out.len, notes_at);
	add_number(&out, 4, 4, s.big_endian);
	add_number(&out, 4, 4, s.big_endian);
	add_number(&out, 4, 4, s.big_endian);
	add(&out, "Go\0\0abcd", 8);
	add_zeros(&out, CONSTANTS_AT - out.len);
	add(&out, constants.p, constants.left);
	add_zeros(&out, (size_t) variables_at(constants.left) - out.len);
	add(&out, variables.p, variables.left);
	add(&out, tail.p, tail.left);
	return out;
}

static struct bolt_cursor text(const char *s)
{
	return bolt_cursor(s, strlen(s));
}

static struct bolt_cursor held(const struct bolt_buf *buf)
{
	return bolt_cursor(buf->data, buf->len);
}

static void add_uvarint(struct bolt_buf *out, uint64_t value)
{
	for (; value >= 0x80; value >>= 7)
		add_number(out, (value & 0x7f) | 0x80, 1, false);
	add_number(out, value, 1, false);
}

/* The block of Go 1.18 and later. */
static struct bolt_buf make_inline(const char *version, const char *text_of_modules)
{
	struct bolt_buf out = BOLT_BUF_INIT(16 << 20);

	add(&out, "\xff Go buildinf:\x08\x02", 16);
	add_zeros(&out, 16);
	add_uvarint(&out, strlen(version));
	add(&out, version, strlen(version));
	add_uvarint(&out, strlen(text_of_modules) + 32);
	add(&out, MODULES_START, 16);
	add(&out, text_of_modules, strlen(text_of_modules));
	add(&out, MODULES_END, 16);
	return out;
}

static struct run run_elf(struct bolt_buf *program, size_t block_len)
{
	return run_stream("elf", "app", held(program), block_len, program->len);
}

static void go_modules_of_every_shape_in_any_blocks(void **state)
{
	(void) state;
	struct bolt_buf block = make_inline("go1.22.1 X:boringcrypto", modules);
	char want[512];

	(void) snprintf(want, sizeof(want), "stdlib 1.22.1\n%s", modules_found);
	for (size_t i = 0; i < BOLT_ARRAY_LEN(shapes) * BOLT_ARRAY_LEN(block_lens); i++) {
		struct shape shape = shapes[i % BOLT_ARRAY_LEN(shapes)];
		struct bolt_buf program = make_program(shape, ELF_EXEC, text("constants"), held(&block), text("tail"));
		struct run run = run_elf(&program, block_lens[i / BOLT_ARRAY_LEN(shapes)]);

		assert_int_equal(run.r, 0);
		assert_names(&run, want);
		assert_string_equal(run.sink->found[0].type, "golang");
		run_done(&run);
		bolt_buf_done(&program);
	}
	bolt_buf_done(&block);
}

/* Go 1.13-1.17: `version_at` and `modules_at` are offsets in the constants; addresses of the string headers in the variables. */
static struct bolt_buf make_pointers(struct shape s, size_t constants_len, size_t version_at, size_t version_len, size_t modules_at,
				     size_t modules_len, bool headers_first)
{
	struct bolt_buf out = BOLT_BUF_INIT(1 << 20);
	unsigned word = s.wide ? 8 : 4;
	uint64_t base = 0x400000 + variables_at(constants_len), headers = base + (headers_first ? 0 : 32);

	for (int part = 0; part < 2; part++) {
		if ((part == 0) == headers_first) {
			add_number(&out, 0x400000 + CONSTANTS_AT + version_at, word, s.big_endian);
			add_number(&out, version_len, word, s.big_endian);
			add_number(&out, 0x400000 + CONSTANTS_AT + modules_at, word, s.big_endian);
			add_number(&out, modules_len, word, s.big_endian);
			add_zeros(&out, -out.len & 15);
			continue;
		}
		add(&out, "\xff Go buildinf:", 14);
		add_number(&out, word, 1, false);
		add_number(&out, s.big_endian, 1, false);
		add_number(&out, headers, word, s.big_endian);
		add_number(&out, headers + 2 * word, word, s.big_endian);
		add_zeros(&out, 32 - (16 + 2 * word));
	}
	return out;
}

static void go_1_13_to_1_17_are_followed_through_their_pointers(void **state)
{
	(void) state;
	struct bolt_buf constants = BOLT_BUF_INIT(1 << 20);
	char want[512];

	/* Strings of one length stand side by side without an end: only the header tells that the version is not go1.16.5go1. */
	add(&constants, "go1.9.2go1.16.5go1.18beta", 25);
	add(&constants, MODULES_START, 16);
	add(&constants, modules, strlen(modules));
	add(&constants, MODULES_END, 16);
	(void) snprintf(want, sizeof(want), "stdlib 1.16.5\n%s", modules_found);
	for (size_t i = 0; i < BOLT_ARRAY_LEN(shapes) * BOLT_ARRAY_LEN(block_lens) * 2; i++) {
		struct shape shape = shapes[i % BOLT_ARRAY_LEN(shapes)];
		struct bolt_buf variables = make_pointers(shape, constants.len, 7, 8, 25, strlen(modules) + 32, i % 8 < 4);
		struct bolt_buf program = make_program(shape, ELF_EXEC, held(&constants), held(&variables), text("tail"));
		struct run run = run_elf(&program, block_lens[i / 8]);

		assert_int_equal(run.r, 0);
		assert_names(&run, want);
		run_done(&run);
		bolt_buf_done(&program);
		bolt_buf_done(&variables);
	}
	bolt_buf_done(&constants);
}

static void pointers_to_nowhere_are_told(void **state)
{
	(void) state;
	struct bolt_buf variables = make_pointers(shapes[0], 9, 7, 8, 25, 99, false);
	struct bolt_buf program = make_program(shapes[0], ELF_EXEC, text("constants"), held(&variables), text(""));
	struct run run = run_elf(&program, 0);

	assert_int_equal(run.r, -EBADMSG);
	assert_says(&run, "strings that the file does not hold");
	run_done(&run);
	bolt_buf_done(&program);
	bolt_buf_done(&variables);
}

static void a_program_inside_a_program_is_not_believed(void **state)
{
	(void) state;
	struct bolt_buf other = make_inline("go1.2", "mod\texample.com/other\tv1\n"), own = make_inline("go1.20", "mod\tx\tv2\t\n");
	struct bolt_buf variables = BOLT_BUF_INIT(1 << 20);

	add(&variables, "misplaced", 9);
	add(&variables, other.data, other.len);
	add_zeros(&variables, -variables.len & 15);
	add(&variables, "\xff Go buildinf:\x08\x02 and nothing that makes sense", 45);
	add_zeros(&variables, -variables.len & 15);
	add(&variables, own.data, own.len);
	struct bolt_buf program = make_program(shapes[0], ELF_EXEC, held(&other), held(&variables), held(&other));
	struct run run = run_elf(&program, 0);
	assert_int_equal(run.r, 0);
	/* Neither among the constants, nor off its alignment, nor damaged, nor in no segment. */
	assert_names(&run, "stdlib 1.20\nx v2\n");
	run_done(&run);
	bolt_buf_done(&program);
	bolt_buf_done(&variables);
	bolt_buf_done(&own);
	bolt_buf_done(&other);
}

static void build_info_that_is_cut_off_is_told(void **state)
{
	(void) state;
	struct bolt_buf block = make_inline("go1.22.1", modules);
	struct bolt_buf program = make_program(shapes[0], ELF_EXEC, text("c"), bolt_cursor(block.data, block.len - 40), text(""));
	struct run run = run_elf(&program, 100);

	assert_int_equal(run.r, -EBADMSG);
	assert_says(&run, "cut off");
	assert_names(&run, "");
	run_done(&run);
	bolt_buf_done(&program);
	bolt_buf_done(&block);
}

static void versions_of_go(void **state)
{
	(void) state;
	static const struct {
		const char *version, *want;
	} rows[] = {
		{ "go1.22.1", "stdlib 1.22.1\n" },
		{ "go1.22.1 X:boringcrypto,arenas", "stdlib 1.22.1\n" },
		{ "go1.21rc2", "stdlib 1.21rc2\n" },
		{ "devel go1.23-f2d2a1 Mon Jan 1 00:00:00 2024 +0000", "stdlib 1.23-f2d2a1\n" },
		{ "devel +f2d2a1 Mon Jan 1 00:00:00 2018 +0000", "stdlib devel +f2d2a1 Mon Jan 1 00:00:00 2018 +0000\n" },
		{ "", "" },
	};

	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows); i++) {
		struct run run = { .sink = bolt_sink_new(0, 1 << 20) };

		assert_int_equal(bolt_sink_begin(run.sink, bolt_cataloger_named("elf"), "app"), 0);
		assert_int_equal(bolt_go_modules(text(rows[i].version), text(""), run.sink, &run.err), 0);
		assert_names(&run, rows[i].want);
		run_done(&run);
	}
}

static void more_version_like_texts_than_the_bound_cost_only_the_version(void **state)
{
	(void) state;
	struct bolt_buf constants = BOLT_BUF_INIT(4 << 20);

	add(&constants, MODULES_START, 16);
	add(&constants, modules, strlen(modules));
	add(&constants, MODULES_END, 16);
	for (unsigned i = 0; i < BOLT_GO_VERSIONS_MAX + 10; i++)
		add(&constants, "go1.5", 5);
	struct bolt_buf variables = make_pointers(shapes[0], constants.len, constants.len - 5, 5, 0, strlen(modules) + 32, false);
	struct bolt_buf program = make_program(shapes[0], ELF_EXEC, held(&constants), held(&variables), text(""));
	struct run run = run_elf(&program, 0);
	assert_int_equal(run.r, 0);
	assert_names(&run, modules_found);
	run_done(&run);
	bolt_buf_done(&program);
	bolt_buf_done(&variables);
	bolt_buf_done(&constants);
}

/* RFC 1950 around stored blocks. */
static struct bolt_buf make_zlib(const char *bytes, size_t n)
{
	struct bolt_buf out = BOLT_BUF_INIT(32 << 20);
	uint32_t a = 1, b = 0;

	add(&out, "\x78\x01", 2);
	for (size_t at = 0; at < n || at == 0; at += 65535) {
		size_t len = n - at < 65535 ? n - at : 65535;

		add_number(&out, at + len == n, 1, false);
		add_number(&out, len, 2, false);
		add_number(&out, ~len & 0xffff, 2, false);
		add(&out, bytes + at, len);
	}
	for (size_t i = 0; i < n; i++) {
		a = (a + (uint8_t) bytes[i]) % 65521;
		b = (b + a) % 65521;
	}
	add_number(&out, b << 16 | a, 4, true);
	return out;
}

static const char crates[] = "{\"packages\":[{\"name\":\"hi\",\"version\":\"0.1.0\",\"source\":\"local\",\"root\":true},"
			     "{\"name\":\"itoa\",\"version\":\"1.0.19\",\"source\":\"registry\",\"kind\":\"runtime\"},"
			     "{\"name\":\"cc\",\"version\":\"1.0.0\",\"source\":\"registry\",\"kind\":\"build\"}]}";

static void rust_crates_among_constants_and_in_no_segment(void **state)
{
	(void) state;
	struct bolt_buf list = make_zlib(crates, strlen(crates));

	for (size_t i = 0; i < BOLT_ARRAY_LEN(block_lens) * 2; i++) {
		struct bolt_cursor constants = i % 2 ? held(&list) : text("x\x01 and x\x9c and no more");
		struct bolt_cursor tail = i % 2 ? text("tail") : held(&list);
		struct bolt_buf program = make_program(shapes[i % 4], ELF_EXEC, constants, text("variables"), tail);
		struct run run = run_elf(&program, block_lens[i / 2]);

		assert_int_equal(run.r, 0);
		assert_names(&run, "hi 0.1.0\nitoa 1.0.19\n");
		assert_string_equal(run.sink->found[0].type, "cargo");
		run_done(&run);
		bolt_buf_done(&program);
	}
	bolt_buf_done(&list);
}

static void damaged_crate_lists_are_told(void **state)
{
	(void) state;
	size_t big_len = BOLT_BUILD_INFO_MAX + 10;
	char *big = malloc(big_len);

	assert_non_null(big);
	memset(big, ' ', big_len);
	memcpy(big, "{\"packages\":", 12);
	struct bolt_buf good = make_zlib(crates, strlen(crates)), huge = make_zlib(big, big_len),
			none = make_zlib("{\"packages\":[{}]}", 17), text_only = make_zlib("{\"packages\":oh", 14),
			wrong_sum = make_zlib(crates, strlen(crates));
	wrong_sum.data[wrong_sum.len - 1] ^= 1;
	const struct {
		struct bolt_cursor list;
		const char *says;
	} rows[] = {
		{ bolt_cursor(good.data, good.len - 20), "cut off" },
		{ held(&huge), "larger than the bound" },
		{ held(&none), "without name or version" },
		{ held(&text_only), "cargo-auditable data" },
		{ held(&wrong_sum), "is damaged" },
	};

	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows); i++) {
		struct bolt_buf program = make_program(shapes[0], ELF_EXEC, text("c"), text("v"), rows[i].list);
		struct run run = run_elf(&program, 4096);

		assert_int_equal(run.r, -EBADMSG);
		assert_says(&run, rows[i].says);
		run_done(&run);
		bolt_buf_done(&program);
	}
	free(big);
	bolt_buf_done(&good);
	bolt_buf_done(&huge);
	bolt_buf_done(&none);
	bolt_buf_done(&text_only);
	bolt_buf_done(&wrong_sum);
}

static void files_that_are_no_programs_hold_nothing(void **state)
{
	(void) state;
	struct bolt_buf block = make_inline("go1.22.1", modules);
	struct bolt_buf object = make_program(shapes[0], ELF_OBJECT, text("c"), held(&block), text(""));
	const struct bolt_cursor rows[] = { held(&object), text(""), text("\177ELF"), bolt_cursor(object.data, 40),
					    text("\177ELF and then text, some way longer than a header of any class would be") };

	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows); i++) {
		struct run run = run_stream("elf", "app", rows[i], 0, rows[i].left);

		assert_int_equal(run.r, 0);
		assert_names(&run, "");
		run_done(&run);
	}
	bolt_buf_done(&object);
	bolt_buf_done(&block);
}

/* patchelf may move the program headers to the end of the file. */
static void programs_whose_headers_are_elsewhere_are_searched_whole(void **state)
{
	(void) state;
	struct bolt_buf block = make_inline("go1.22.1", modules);
	struct bolt_buf program = make_program(shapes[0], ELF_EXEC, text("c"), held(&block), text(""));
	char want[512];

	(void) snprintf(want, sizeof(want), "stdlib 1.22.1\n%s", modules_found);
	program.data[35] = 1; /* e_phoff: 16 MiB further */
	struct run run = run_elf(&program, 0);
	assert_int_equal(run.r, 0);
	assert_names(&run, want);
	run_done(&run);
	bolt_buf_done(&program);
	bolt_buf_done(&block);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(go_modules_of_every_shape_in_any_blocks),
		cmocka_unit_test(go_1_13_to_1_17_are_followed_through_their_pointers),
		cmocka_unit_test(pointers_to_nowhere_are_told),
		cmocka_unit_test(a_program_inside_a_program_is_not_believed),
		cmocka_unit_test(build_info_that_is_cut_off_is_told),
		cmocka_unit_test(versions_of_go),
		cmocka_unit_test(more_version_like_texts_than_the_bound_cost_only_the_version),
		cmocka_unit_test(rust_crates_among_constants_and_in_no_segment),
		cmocka_unit_test(damaged_crate_lists_are_told),
		cmocka_unit_test(files_that_are_no_programs_hold_nothing),
		cmocka_unit_test(programs_whose_headers_are_elsewhere_are_searched_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
