/* Manifest, image config and manifest.json of any bytes; the first byte chooses. Aborts when a parser breaks oci/manifest.h's
 * promises. */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>

#include "oci/limits.h"
#include "oci/manifest.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

static void check(int r, const struct bolt_err *err)
{
	if (r != 0 && r != -EBADMSG && r != -E2BIG && r != -ENOMEM)
		abort();
	if ((r == -EBADMSG || r == -E2BIG) && !err->msg[0])
		abort();
}

static void check_manifest(struct bolt_arena *arena, const uint8_t *bytes, size_t n)
{
	static const char *const platforms[] = { NULL, "linux/amd64", "linux/arm64/v8", "windows/amd64" };
	struct bolt_manifest manifest = { .is_index = false };
	struct bolt_err err = { .msg = "" };
	int r = bolt_manifest_parse(arena, bytes, n, &manifest, &err);

	check(r, &err);
	if (r < 0)
		return;
	if (manifest.items_len > (manifest.is_index ? BOLT_INDEX_MANIFESTS_MAX : BOLT_LAYERS_MAX))
		abort();
	for (size_t i = 0; i < manifest.items_len; i++) {
		if (!manifest.items[i].digest.algorithm || !manifest.items[i].media_type)
			abort();
	}
	for (size_t i = 0; manifest.is_index && i < BOLT_ARRAY_LEN(platforms); i++) {
		const struct bolt_descriptor *chosen = NULL;

		r = bolt_manifest_select(&manifest, platforms[i], &chosen, &err);
		if ((r == 0) != (chosen != NULL) || (r < 0 && r != -ENOENT) || (chosen && chosen->attestation))
			abort();
	}
}

static void check_config(struct bolt_arena *arena, const uint8_t *bytes, size_t n)
{
	struct bolt_config config = { .diff_ids_len = 0 };
	struct bolt_err err = { .msg = "" };

	check(bolt_config_parse(arena, bytes, n, &config, &err), &err);
	if (config.diff_ids_len > BOLT_LAYERS_MAX)
		abort();
	for (size_t i = 0; i < config.diff_ids_len; i++) {
		if (!config.diff_ids[i].algorithm)
			abort();
	}
}

static void check_saved(struct bolt_arena *arena, const uint8_t *bytes, size_t n)
{
	struct bolt_saved_image *images = NULL;
	struct bolt_err err = { .msg = "" };
	size_t len = 0;

	check(bolt_saved_images_parse(arena, bytes, n, &images, &len, &err), &err);
	for (size_t i = 0; i < len; i++) {
		if (!images[i].config)
			abort();
		for (size_t k = 0; k < images[i].layers_len; k++) {
			if (!images[i].layers[k])
				abort();
		}
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	BOLT_CLEANUP(bolt_arena_freep) struct bolt_arena *arena = bolt_arena_new(16 << 20);

	if (!arena || n == 0)
		return 0;
	void (*const parsers[])(struct bolt_arena *, const uint8_t *, size_t) = { check_manifest, check_config, check_saved };
	parsers[bytes[0] % BOLT_ARRAY_LEN(parsers)](arena, bytes + 1, n - 1);
	return 0;
}
