#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "scan/origin.h"
#include "scan/plan.h"

enum { BLOBS_MOST = 16 };

/* Blobs in memory. */
struct store {
	struct bolt_blobs base;
	struct blob {
		char name[BOLT_DIGEST_TEXT + 16], text[4096];
	} blobs[BLOBS_MOST];
	size_t len;
};

static int store_open(struct bolt_blobs *base, const char *name, uint64_t size, struct bolt_reader **ret_reader,
		      struct bolt_err *err)
{
	struct store *s = (struct store *) base;

	(void) size;
	for (size_t i = s->len; i-- > 0;) {
		if (strcmp(s->blobs[i].name, name) == 0) {
			*ret_reader = bolt_reader_memory(s->blobs[i].text, strlen(s->blobs[i].text), 0);
			return 0;
		}
	}
	return bolt_err_set(err, -ENOENT, "no blob '%s'", name);
}

static void put(struct store *s, const char *name, const char *text)
{
	struct blob *blob = &s->blobs[s->len++];

	assert_true(s->len <= BLOBS_MOST);
	(void) snprintf(blob->name, sizeof(blob->name), "%s", name);
	(void) snprintf(blob->text, sizeof(blob->text), "%s", text);
}

/* Under its digest; the descriptor's members come back. */
static const char *put_blob(struct store *s, const char *text)
{
	static char members[256];
	struct bolt_digest digest;
	char hex[BOLT_DIGEST_TEXT], name[BOLT_DIGEST_TEXT + 16];

	assert_int_equal(bolt_digest_of(BOLT_DIGEST_SHA256, text, strlen(text), &digest), 0);
	bolt_digest_text(&digest, hex);
	(void) snprintf(name, sizeof(name), "blobs/sha256/%s", hex + 7);
	put(s, name, text);
	(void) snprintf(members, sizeof(members), "\"digest\":\"%s\",\"size\":%zu", hex, strlen(text));
	return members;
}

#define ID "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define CONFIG_TYPE "application/vnd.oci.image.config.v1+json"

static const char *put_image(struct store *s, const char *config, const char *type)
{
	char text[1024];

	(void) snprintf(text, sizeof(text),
			"{\"config\":{\"mediaType\":\"%s\",%s},\"layers\":[{\"digest\":\"" ID "\",\"size\":1}]}", type,
			put_blob(s, config));
	return put_blob(s, text);
}

static const char *put_index(struct store *s, const char *name, const char *member)
{
	char text[1024];

	(void) snprintf(text, sizeof(text), "{\"manifests\":[{%s}]}", member);
	if (!name)
		return put_blob(s, text);
	put(s, name, text);
	return NULL;
}

static const char good_config[] = "{\"rootfs\":{\"diff_ids\":[\"" ID "\"]}}";

static void nothing(struct store *s)
{
	put_index(s, "index.json", put_image(s, good_config, CONFIG_TYPE));
}

static void nested(struct store *s)
{
	put_index(s, "index.json", put_index(s, NULL, put_index(s, NULL, put_image(s, good_config, CONFIG_TYPE))));
}

static void nested_too_deep(struct store *s)
{
	const char *member = put_image(s, good_config, CONFIG_TYPE);

	for (int i = 0; i < 4; i++)
		member = put_index(s, NULL, member);
	put_index(s, "index.json", member);
}

static void no_image(struct store *s)
{
	put_index(s, "index.json", put_image(s, good_config, "application/vnd.example.chart"));
}

static void too_many_ids(struct store *s)
{
	put_index(s, "index.json", put_image(s, "{\"rootfs\":{\"diff_ids\":[\"" ID "\",\"" ID "\"]}}", CONFIG_TYPE));
}

static void other_manifest(struct store *s)
{
	nothing(s);
	s->blobs[1].text[3] ^= 1;
}

static void other_config(struct store *s)
{
	nothing(s);
	s->blobs[0].text[3] ^= 1;
}

static void no_config(struct store *s)
{
	nothing(s);
	s->blobs[0].name[0] = '\0';
}

static void saved(struct store *s)
{
	put(s, "c.json", good_config);
	put(s, "manifest.json", "[{\"Config\":\"c.json\",\"Layers\":[\"l\"],\"RepoTags\":[\"a/b:1\"]}]");
}

static void two_saved(struct store *s)
{
	put(s, "c.json", good_config);
	put(s, "manifest.json",
	    "[{\"Config\":\"c.json\",\"Layers\":[\"l\"],\"RepoTags\":[\"a/b:1\"]},"
	    "{\"Config\":\"c.json\",\"Layers\":[\"m\"],\"RepoTags\":[\"a/b:2\"]}]");
}

static void saved_under_a_digest(struct store *s)
{
	put(s, "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef.json", good_config);
	put(s, "manifest.json",
	    "[{\"Config\":\"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef.json\",\"Layers\":[\"l\"]}]");
}

/* Members of one index: "tag platform" each, the config's history telling them apart. */
static void put_tagged(struct store *s, const char *const (*members)[2], size_t len)
{
	char text[4096] = "{\"manifests\":[", config[256];

	for (size_t i = 0; i < len; i++) {
		size_t used = strlen(text);

		(void) snprintf(config, sizeof(config),
				"{\"os\":\"linux\",\"architecture\":\"%s\",\"rootfs\":{\"diff_ids\":[\"" ID "\"]}}", members[i][1]);
		(void) snprintf(text + used, sizeof(text) - used,
				"%s{%s,\"platform\":{\"os\":\"linux\",\"architecture\":\"%s\"},"
				"\"annotations\":{\"org.opencontainers.image.ref.name\":\"%s\"}}",
				i ? "," : "", put_image(s, config, CONFIG_TYPE), members[i][1], members[i][0]);
	}
	(void) snprintf(text + strlen(text), sizeof(text) - strlen(text), "]}");
	put(s, "index.json", text);
}

static void choosing_by_tag_and_platform(void **state)
{
	static const char *const one_tag[][2] = { { "1", "amd64" }, { "1", "arm64" } };
	static const char *const two_tags[][2] = { { "1", "amd64" }, { "2", "amd64" }, { "2", "arm64" }, { "2", "s390x" } };
	static const struct {
		const char *const (*members)[2];
		size_t len;
		const char *tag, *platform;
		int want;
		const char *says; /* the platform planned */
	} rows[] = {
		{ one_tag, 2, NULL, "linux/arm64", 0, "linux/arm64" },
		{ one_tag, 2, "1", "linux/arm64", 0, "linux/arm64" },
		{ one_tag, 2, "1", "linux/amd64", 0, "linux/amd64" },
		{ one_tag, 2, "1", "linux/s390x", -ENOENT,
		  "no image for platform linux/s390x; there is: linux/amd64, linux/arm64;" },
		{ two_tags, 4, "2", "linux/s390x", 0, "linux/s390x" },
		{ two_tags, 4, "1", "linux/amd64", 0, "linux/amd64" },
		{ two_tags, 4, "1", NULL, 0, "linux/amd64" },
		{ two_tags, 4, "1", "linux/arm64", -ENOENT, "no image for platform linux/arm64; there is: linux/amd64;" },
		{ two_tags, 4, NULL, "linux/arm64", -ENOENT, "holds several images: 1, 2; choose one" },
		{ two_tags, 4, "3", NULL, -ENOENT, "no image tagged '3'; there is: 1, 2" },
	};

	(void) state;
	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows); i++) {
		struct store store = { .base = { store_open } };
		struct bolt_arena *arena = bolt_arena_new(1 << 20);
		struct bolt_plan plan = { .layers_len = 7 };
		struct bolt_err err = { .msg = "" };

		put_tagged(&store, rows[i].members, rows[i].len);
		int r = bolt_plan_make(arena, &store.base, "index.json", rows[i].tag, rows[i].platform, &plan, &err);
		const char *said = r == 0 ? plan.config.platform : err.msg;
		if (r != rows[i].want || !strstr(said, rows[i].says))
			fail_msg("row %zu: %d '%s'", i, r, said);
		bolt_arena_free(arena);
	}
}

/* A config without an index that tells its platform. */
static void a_platform_asked_for_is_held_against_the_config(void **state)
{
	static const struct {
		const char *os_and_more, *platform;
		int want;
	} rows[] = {
		{ "\"os\":\"linux\",\"architecture\":\"arm64\",", NULL, 0 },
		{ "\"os\":\"linux\",\"architecture\":\"arm64\",", "linux/arm64", 0 },
		{ "\"os\":\"linux\",\"architecture\":\"arm64\",", "linux/amd64", -ENOENT },
		{ "\"os\":\"linux\",\"architecture\":\"arm\",", "linux/arm/v7", 0 }, /* many leave the variant out */
		{ "\"os\":\"linux\",\"architecture\":\"arm\",\"variant\":\"v6\",", "linux/arm/v7", -ENOENT },
		{ "\"os\":\"linux\",\"architecture\":\"arm\",\"variant\":\"v6\",", "linux/arm", 0 },
		{ "", "linux/amd64", 0 },
	};

	(void) state;
	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows); i++) {
		struct store store = { .base = { store_open } };
		struct bolt_arena *arena = bolt_arena_new(1 << 20);
		struct bolt_plan plan;
		struct bolt_err err = { .msg = "" };
		char config[256];

		(void) snprintf(config, sizeof(config), "{%s\"rootfs\":{\"diff_ids\":[\"" ID "\"]}}", rows[i].os_and_more);
		put_index(&store, "index.json", put_image(&store, config, CONFIG_TYPE));
		int r = bolt_plan_make(arena, &store.base, "index.json", NULL, rows[i].platform, &plan, &err);
		if (r != rows[i].want || (r < 0 && !strstr(err.msg, "the image is for linux/arm")))
			fail_msg("row %zu: %d '%s'", i, r, err.msg);
		bolt_arena_free(arena);
	}
}

static void both_roots(struct store *s)
{
	nothing(s);
	saved(s);
	put(s, "oci-layout", "{}");
}

static void different_roots(struct store *s)
{
	both_roots(s);
	put(s, "c.json", "{\"os\":\"linux\",\"rootfs\":{\"diff_ids\":[\"" ID "\"]}}");
}

static void one_and_several(struct store *s)
{
	nothing(s);
	two_saved(s);
	put(s, "oci-layout", "{}");
}

static void plans(void **state)
{
	static const struct {
		void (*make)(struct store *store);
		const char *root, *tag;
		int want;
		const char *says; /* the layer's name when it is planned */
	} rows[] = {
		{ nothing, "index.json", NULL, 0, "blobs/sha256/0123456789abcdef" },
		{ nothing, "index.json", "x", -ENOENT, "no image tagged 'x'; there is: no tag at all" },
		{ nested, "index.json", NULL, 0, "blobs/sha256/0123456789abcdef" },
		{ nested_too_deep, "index.json", NULL, -E2BIG, "nest deeper than the bound of 4" },
		{ no_image, "index.json", NULL, -EBADMSG, "its config is of type 'application/vnd.example.chart'" },
		{ too_many_ids, "index.json", NULL, -EBADMSG, "the manifest has 1 layers, the image config 2 diff IDs" },
		{ other_manifest, "index.json", NULL, -EBADMSG, "is not what it should be: expected sha256:" },
		{ other_config, "index.json", NULL, -EBADMSG, "is not what it should be: expected sha256:" },
		{ no_config, "index.json", NULL, -ENOENT, "no blob 'blobs/sha256/" },
		{ saved, "index.json", NULL, -ENOENT, "no blob 'index.json'" },
		{ saved, "manifest.json", NULL, 0, "l" },
		{ saved, "manifest.json", "1", 0, "l" },
		{ saved, "manifest.json", "a/b:1", 0, "l" },
		{ saved, "manifest.json", "3", -ENOENT, "3: the archive holds a/b:1" },
		{ two_saved, "manifest.json", NULL, -ENOENT, "the archive holds a/b:1, a/b:2; choose one" },
		{ two_saved, "manifest.json", "2", 0, "m" },
		{ saved_under_a_digest, "manifest.json", NULL, -EBADMSG, "expected " ID ", got sha256:" },
		{ saved, NULL, NULL, 0, "l" },
		{ both_roots, NULL, NULL, 0, "blobs/sha256/0123456789abcdef" },
		{ different_roots, NULL, NULL, -EBADMSG, "which one is loaded depends on the program" },
		{ different_roots, "index.json", NULL, 0, "blobs/sha256/0123456789abcdef" },
		{ one_and_several, NULL, NULL, -ENOENT, "may mean different images: which image: the archive holds" },
	};

	(void) state;
	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows); i++) {
		struct store store = { .base = { store_open } };
		struct bolt_arena *arena = bolt_arena_new(1 << 20);
		struct bolt_plan plan = { .layers_len = 7 };
		struct bolt_err err = { .msg = "" };

		rows[i].make(&store);
		int r = bolt_plan_make(arena, &store.base, rows[i].root, rows[i].tag, NULL, &plan, &err);
		const char *said = r == 0 ? plan.layers[0].name : err.msg;
		if (r != rows[i].want || !strstr(said, rows[i].says))
			fail_msg("row %zu: %d '%s'", i, r, said);
		assert_int_equal(plan.layers_len, r == 0 ? 1 : 7);
		bolt_arena_free(arena);
	}
}

/* History as a word a step: "l" a layer, "c" CMD, "e" another step without one; origins as a letter a layer. */
static void origins_from_the_history(void **state)
{
	static const struct {
		const char *history, *want;
		size_t base; /* layers of --base, 0: not named */
		bool differs;
	} rows[] = {
		{ "l", "b", 0, false },           { "ll", "ba", 0, false },      { "lcl", "ba", 0, false },
		{ "lcleclel", "braa", 0, false }, { "lclclc", "bra", 0, false }, { "lc", "b", 0, false },
		{ "lclcl", "bba", 2, false },     { "lll", "baa", 1, true },     { "", "", 0, false },
	};

	(void) state;
	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows); i++) {
		struct bolt_report *report = bolt_report_new(1 << 20);
		struct bolt_history history[16] = { { .created_by = NULL } };
		struct bolt_digest ids[16] = { { .algorithm = BOLT_DIGEST_SHA256 } }, base[16];
		struct bolt_layer layers[16] = { { .digest = NULL } };
		struct bolt_config config = { .history = history, .diff_ids = ids };

		for (const char *step = rows[i].history; *step; step++) {
			history[config.history_len].empty_layer = *step != 'l';
			history[config.history_len++].created_by = *step == 'c' ? "/bin/sh -c #(nop)  CMD [\"sh\"]" : "x";
			report->subject.layers_len += *step == 'l';
		}
		for (uint8_t k = 0; k < 16; k++)
			ids[k] = (struct bolt_digest){ BOLT_DIGEST_SHA256, { k } };
		memcpy(base, ids, sizeof(base));
		base[0].bytes[5] = rows[i].differs;
		report->subject.layers = layers;
		report->os.id = "debian";
		assert_int_equal(bolt_origin_fill(report, &config, rows[i].base ? base : NULL, rows[i].base, "some:image"), 0);
		for (size_t k = 0; k < report->subject.layers_len; k++) {
			if (bolt_origin_text(layers[k].origin)[0] != rows[i].want[k] || !layers[k].origin_reason)
				fail_msg("%s: layer %zu is %s", rows[i].history, k, bolt_origin_text(layers[k].origin));
		}
		assert_int_equal(report->warnings_len, rows[i].differs);
		if (rows[i].differs)
			assert_string_equal(report->warnings[0].code, "base-image-differs");
		bolt_report_free(report);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(plans), cmocka_unit_test(choosing_by_tag_and_platform),
					    cmocka_unit_test(a_platform_asked_for_is_held_against_the_config),
					    cmocka_unit_test(origins_from_the_history) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
