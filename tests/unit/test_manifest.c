#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/buf.h"
#include "oci/manifest.h"

#define HEX "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define BLOB "{\"digest\":\"sha256:" HEX "\",\"size\":3}"
#define FOR(platform) "{\"digest\":\"sha256:" HEX "\",\"size\":3,\"platform\":" platform "}"

enum document { MANIFEST, CONFIG, SAVED };

static int parse(enum document document, const char *text, struct bolt_err *err)
{
	struct bolt_arena *arena = bolt_arena_new(1 << 20);
	struct bolt_manifest manifest;
	struct bolt_config config;
	struct bolt_saved_image *images;
	size_t n = strlen(text), len;
	int r;

	if (document == MANIFEST)
		r = bolt_manifest_parse(arena, text, n, &manifest, err);
	else if (document == CONFIG)
		r = bolt_config_parse(arena, text, n, &config, err);
	else
		r = bolt_saved_images_parse(arena, text, n, &images, &len, err);
	bolt_arena_free(arena);
	return r;
}

static void what_is_a_document_and_what_is_not(void **state)
{
	static const struct {
		enum document document;
		const char *text;
		int want;
		const char *says;
	} rows[] = {
		{ MANIFEST, "{\"config\":" BLOB ",\"layers\":[" BLOB "]}", 0, "" },
		{ MANIFEST, "{\"config\":" BLOB ",\"layers\":[]}", 0, "" },
		{ MANIFEST, "{\"manifests\":[" BLOB "]}", 0, "" },
		{ MANIFEST, "{\"manifests\":[]}", 0, "" },
		{ MANIFEST, "", -EBADMSG, "not JSON" },
		{ MANIFEST, "{}", -EBADMSG, "no layers and no manifests" },
		{ MANIFEST, "[]", -EBADMSG, "no layers and no manifests" },
		{ MANIFEST, "{\"layers\":{},\"config\":" BLOB "}", -EBADMSG, "no layers and no manifests" },
		{ MANIFEST, "{\"layers\":[],\"manifests\":[]}", -EBADMSG, "both layers and manifests" },
		{ MANIFEST, "{\"Layers\":[],\"layers\":[],\"config\":" BLOB "}", -EBADMSG, "'Layers' where 'layers' is meant" },
		{ MANIFEST, "{\"schemaVersion\":1,\"fsLayers\":[{}]}", -EBADMSG, "obsolete schema 1" },
		{ MANIFEST, "{\"layers\":[]}", -EBADMSG, "config has no digest" },
		{ MANIFEST, "{\"config\":" BLOB ",\"layers\":[7]}", -EBADMSG, "layer 0: layer has no digest" },
		{ MANIFEST, "{\"config\":" BLOB ",\"layers\":[{\"digest\":\"sha256:" HEX "\"}]}", -EBADMSG, "layer has no size" },
		{ MANIFEST, "{\"config\":" BLOB ",\"layers\":[{\"digest\":\"sha256:" HEX "\",\"size\":-1}]}", -EBADMSG, "no size" },
		{ MANIFEST, "{\"config\":" BLOB ",\"layers\":[{\"digest\":\"../x\",\"size\":1}]}", -EBADMSG, "digest '../x'" },
		{ MANIFEST, "{\"config\":" BLOB ",\"layers\":[{\"Digest\":\"x\",\"digest\":\"sha256:" HEX "\",\"size\":1}]}",
		  -EBADMSG, "'Digest' where 'digest' is meant" },
		{ MANIFEST, "{\"layer\u017f\":[],\"layers\":[],\"config\":" BLOB "}", -EBADMSG, "which is not plain ASCII" },
		{ MANIFEST, "{\"manife\\u017fts\":[],\"layers\":[],\"config\":" BLOB "}", -EBADMSG, "which is not plain ASCII" },
		{ MANIFEST, "{\"layers\":[],\"layers\":[],\"config\":" BLOB "}", -EBADMSG, "duplicate object key" },
		{ MANIFEST, "{\"config\":" BLOB ",\"layers\":[{\"dige\u017ft\":\"x\",\"digest\":\"sha256:" HEX "\",\"size\":1}]}",
		  -EBADMSG, "which is not plain ASCII" },
		{ MANIFEST, "{\"manifests\":[" FOR("{\"OS\":\"linux\"}") "]}", -EBADMSG, "'OS' where 'os' is meant" },
		{ CONFIG, "{\"rootfs\":{\"diff_ids\":[],\"diff_id\u017f\":[]}}", -EBADMSG, "which is not plain ASCII" },
		{ CONFIG, "{\"rootf\u017f\":{},\"rootfs\":{\"diff_ids\":[]}}", -EBADMSG, "which is not plain ASCII" },
		{ CONFIG, "{\"rootfs\":{\"diff_ids\":[],\"diff_ids\":[]}}", -EBADMSG, "duplicate object key" },
		{ SAVED, "[{\"Layer\u017f\":[],\"Config\":\"d\"}]", -EBADMSG, "which is not plain ASCII" },
		{ CONFIG, "{\"rootfs\":{\"diff_ids\":[\"sha256:" HEX "\"]}}", 0, "" },
		{ CONFIG, "{\"rootfs\":{\"diff_ids\":[]},\"history\":7,\"config\":7}", 0, "" },
		{ CONFIG, "{}", -EBADMSG, "no rootfs.diff_ids" },
		{ CONFIG, "{\"rootfs\":{\"diff_ids\":[7]}}", -EBADMSG, "diff ID 0: digest ''" },
		{ CONFIG, "{\"Rootfs\":{},\"rootfs\":{\"diff_ids\":[]}}", -EBADMSG, "'Rootfs' where 'rootfs' is meant" },
		{ SAVED, "[{\"Config\":\"c\",\"Layers\":[\"l\"],\"RepoTags\":null}]", 0, "" },
		{ SAVED, "[]", -EBADMSG, "names 0 images" },
		{ SAVED, "{}", -EBADMSG, "names 0 images" },
		{ SAVED, "[{}]", -EBADMSG, "image 0 has no Config" },
		{ SAVED, "[{\"Config\":\"c\",\"Layers\":[7]}]", -EBADMSG, "a name is not a text" },
		{ SAVED, "[{\"config\":\"c\",\"Config\":\"d\"}]", -EBADMSG, "'config' where 'Config' is meant" },
	};

	(void) state;
	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows); i++) {
		struct bolt_err err = { .msg = "" };
		int r = parse(rows[i].document, rows[i].text, &err);

		if (r != rows[i].want || !strstr(err.msg, rows[i].says))
			fail_msg("%s: %d '%s'", rows[i].text, r, err.msg);
	}
}

static void bounds_of_depth_and_number(void **state)
{
	static const struct {
		enum document document;
		const char *before, *repeated, *after;
		int times, want;
		const char *says;
	} rows[] = {
		{ MANIFEST, "", "{\"a\":", "1", 5000, -EBADMSG, "deeper than the bound of 32" },
		{ CONFIG, "", "[", "", 100000, -EBADMSG, "deeper than the bound of 32" },
		{ MANIFEST, "{\"config\":" BLOB ",\"layers\":[" BLOB, "," BLOB, "]}", 1023, 0, "" },
		{ MANIFEST, "{\"config\":" BLOB ",\"layers\":[" BLOB, "," BLOB, "]}", 1024, -E2BIG, "1025 layers are more than" },
		{ MANIFEST, "{\"manifests\":[" BLOB, "," BLOB, "]}", 4096, -E2BIG, "4097 manifests are more than" },
		{ CONFIG, "{\"rootfs\":{\"diff_ids\":[1", ",1", "]}}", 1024, -E2BIG, "1025 layers are more than" },
		{ SAVED, "[{\"Config\":\"c\",\"Layers\":[\"l\"", ",\"l\"", "]}]", 1024, -E2BIG, "1025 names are more than" },
	};

	(void) state;
	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows); i++) {
		struct bolt_buf text = BOLT_BUF_INIT(8 << 20);
		struct bolt_err err = { .msg = "" };
		int failed = bolt_buf_addf(&text, "%s", rows[i].before);

		for (int k = 0; failed == 0 && k < rows[i].times; k++)
			failed = bolt_buf_addf(&text, "%s", rows[i].repeated);
		assert_int_equal(failed == 0 ? bolt_buf_addf(&text, "%s", rows[i].after) : failed, 0);
		int r = parse(rows[i].document, (char *) text.data, &err);
		if (r != rows[i].want || !strstr(err.msg, rows[i].says))
			fail_msg("row %zu: %d '%s'", i, r, err.msg);
		bolt_buf_done(&text);
	}
}

#define AMD64 FOR("{\"os\":\"linux\",\"architecture\":\"amd64\"}")
#define ARM64 FOR("{\"os\":\"linux\",\"architecture\":\"arm64\"}")
#define ARM64_V8 FOR("{\"os\":\"linux\",\"architecture\":\"arm64\",\"variant\":\"v8\"}")
#define ARM_V6 FOR("{\"os\":\"linux\",\"architecture\":\"arm\",\"variant\":\"v6\"}")
#define ARM_V7 FOR("{\"os\":\"linux\",\"architecture\":\"arm\",\"variant\":\"v7\"}")
#define UNKNOWN FOR("{\"os\":\"unknown\",\"architecture\":\"unknown\"}")
#define ATTESTATION \
	"{\"digest\":\"sha256:" HEX "\",\"size\":3,\"annotations\":{\"vnd.docker.reference.type\":\"attestation-manifest\"}}"

static void choosing_a_platform(void **state)
{
	static const struct {
		const char *items, *platform;
		int want; /* which, or -1 */
		const char *says;
	} rows[] = {
		{ AMD64 "," ARM64_V8, "linux/amd64", 0, "" },
		{ AMD64 "," ARM64_V8, "linux/arm64", 1, "" },
		{ AMD64 "," ARM64_V8, "linux/arm64/v8", 1, "" },
		{ AMD64 "," ARM64, "linux/arm64/v8", 1, "" },
		{ ARM_V6 "," ARM_V7, "linux/arm/v7", 1, "" },
		{ ARM_V6 "," ARM_V7, "linux/arm", 0, "" },
		{ AMD64 "," ARM64, "linux/s390x", -1, "there is: linux/amd64, linux/arm64; choose with --platform" },
		{ AMD64 "," ARM64, "linux/amd", -1, "no image for platform linux/amd;" },
		{ ATTESTATION "," UNKNOWN "," AMD64, "linux/amd64", 2, "" },
		{ ATTESTATION, NULL, -1, "there is: nothing" },
		{ ARM_V6, "linux/amd64", -1, "there is: linux/arm/v6" },
		{ ARM_V6, NULL, 0, "" }, /* the only one */
		{ BLOB, NULL, 0, "" },
		{ BLOB, "linux/amd64", 0, "" },
		{ BLOB "," BLOB, "linux/amd64", -1, "(none named), (none named)" },
	};

	(void) state;
	for (size_t i = 0; i < BOLT_ARRAY_LEN(rows); i++) {
		struct bolt_arena *arena = bolt_arena_new(1 << 20);
		struct bolt_manifest index;
		struct bolt_err err = { .msg = "" };
		const struct bolt_descriptor *chosen = NULL;
		char text[4096];

		(void) snprintf(text, sizeof(text), "{\"manifests\":[%s]}", rows[i].items);
		assert_int_equal(bolt_manifest_parse(arena, text, strlen(text), &index, &err), 0);
		int r = bolt_manifest_select(&index, rows[i].platform, &chosen, &err);
		if (r != (rows[i].want < 0 ? -ENOENT : 0) || !strstr(err.msg, rows[i].says))
			fail_msg("row %zu: %d '%s'", i, r, err.msg);
		assert_ptr_equal(chosen, rows[i].want < 0 ? NULL : &index.items[rows[i].want]);
		bolt_arena_free(arena);
	}
}

static void what_a_config_tells(void **state)
{
	static const char text[] =
		"{\"os\":\"linux\",\"architecture\":\"arm64\",\"variant\":\"v8\",\"rootfs\":{\"diff_ids\":[\"sha256:" HEX "\"]},"
		"\"history\":[{\"created_by\":\"a\"},{\"empty_layer\":true},7],"
		"\"config\":{\"Labels\":{\"Size\":\"1\",\"Architecture\":\"x\"}}}";
	struct bolt_arena *arena = bolt_arena_new(1 << 20);
	struct bolt_config config;

	(void) state;
	assert_int_equal(bolt_config_parse(arena, text, strlen(text), &config, NULL), 0);
	assert_string_equal(config.platform, "linux/arm64/v8");
	assert_int_equal(config.history_len, 3);
	assert_string_equal(config.history[0].created_by, "a");
	assert_true(!config.history[0].empty_layer && config.history[1].empty_layer && !config.history[2].created_by);
	bolt_arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_a_document_and_what_is_not),
		cmocka_unit_test(bounds_of_depth_and_number),
		cmocka_unit_test(choosing_a_platform),
		cmocka_unit_test(what_a_config_tells),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
