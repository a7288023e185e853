#include "oci/manifest.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>

#include "core/json.h"
#include "core/text.h"
#include "oci/limits.h"

static const char *keep(struct bolt_arena *arena, const char *text)
{
	return text ? bolt_arena_strdup(arena, text) : NULL;
}

static const char *platform_text(struct bolt_arena *arena, const json_t *platform)
{
	const char *os = bolt_json_text(platform, "os"), *arch = bolt_json_text(platform, "architecture");
	const char *variant = bolt_json_text(platform, "variant");

	if (!os || !arch)
		return NULL;
	return bolt_arena_printf(arena, "%s/%s%s%s", os, arch, variant && *variant ? "/" : "", variant ? variant : "");
}

static bool is_ascii(const char *text)
{
	while (*text && !(*text & 0x80))
		text++;
	return !*text;
}

/* Go's decoder takes a member whatever its letter case, the last one first: with two spellings of one name a runtime would read
 * another image than we do. To it U+017F is an s and U+212A a k: no name that means anything is written with such letters. */
static int one_spelling(const json_t *object, const char *const *names, const char *what, struct bolt_err *err)
{
	json_t *all = (json_t *) (uintptr_t) object; /* jansson's iterator reads only */

	for (void *at = json_object_iter(all); at; at = json_object_iter_next(all, at)) {
		const char *key = json_object_iter_key(at);

		if (!is_ascii(key))
			return bolt_err_set(err, -EBADMSG, "%s has the member '%s', which is not plain ASCII", what, key);
		for (size_t i = 0; names[i]; i++) {
			if (strcasecmp(key, names[i]) == 0 && strcmp(key, names[i]) != 0)
				return bolt_err_set(err, -EBADMSG, "%s has '%s' where '%s' is meant", what, key, names[i]);
		}
	}
	return 0;
}

static int parse_descriptor(struct bolt_arena *arena, const json_t *from, const char *what, struct bolt_descriptor *to,
			    struct bolt_err *err)
{
	const char *digest = bolt_json_text(from, "digest"), *media_type = bolt_json_text(from, "mediaType");
	const json_t *size = json_object_get(from, "size"), *notes = json_object_get(from, "annotations");
	const json_t *platform = json_object_get(from, "platform");
	static const char *const names[] = { "digest", "size", "mediaType", "platform", "annotations", NULL },
				 *const platform_names[] = { "os", "architecture", "variant", NULL };

	if (one_spelling(from, names, what, err) < 0 || one_spelling(platform, platform_names, what, err) < 0)
		return -EBADMSG;
	if (!digest)
		return bolt_err_set(err, -EBADMSG, "%s has no digest", what);
	if (!json_is_integer(size) || json_integer_value(size) < 0)
		return bolt_err_set(err, -EBADMSG, "%s has no size", what);
	int r = bolt_digest_parse(digest, &to->digest, err);
	if (r < 0)
		return bolt_err_wrap(err, -EBADMSG, "%s", what);
	to->size = (uint64_t) json_integer_value(size);
	to->media_type = keep(arena, media_type ? media_type : "");
	to->platform = platform_text(arena, platform);
	to->ref_name = keep(arena, bolt_json_text(notes, "org.opencontainers.image.ref.name"));
	to->attestation = bolt_json_text(notes, "vnd.docker.reference.type") != NULL;
	return to->media_type ? 0 : -ENOMEM;
}

static int parse_items(struct bolt_arena *arena, const json_t *items, const char *what, size_t max, struct bolt_manifest *to,
		       struct bolt_err *err)
{
	to->items_len = json_array_size(items);
	if (to->items_len > max)
		return bolt_err_set(err, -E2BIG, "%zu %ss are more than the bound of %zu", to->items_len, what, max);
	to->items = bolt_arena_alloc(arena, (to->items_len + 1) * sizeof(*to->items));
	if (!to->items)
		return -ENOMEM;
	for (size_t i = 0; i < to->items_len; i++) {
		int r = parse_descriptor(arena, json_array_get(items, i), what, &to->items[i], err);

		if (r < 0)
			return bolt_err_wrap(err, r, "%s %zu", what, i);
	}
	return 0;
}

int bolt_manifest_parse(struct bolt_arena *arena, const void *bytes, size_t len, struct bolt_manifest *ret_manifest,
			struct bolt_err *err)
{
	BOLT_CLEANUP(bolt_json_decrefp) json_t *root = NULL;
	struct bolt_manifest manifest = { 0 };
	int r = bolt_json_load_unambiguous(bytes, len, BOLT_MANIFEST_DEPTH_MAX, &root, err);

	if (r < 0)
		return bolt_err_wrap(err, r, "manifest");
	static const char *const names[] = { "layers", "manifests", "config", "fsLayers", NULL };
	const json_t *layers = json_object_get(root, "layers"), *manifests = json_object_get(root, "manifests");
	if (one_spelling(root, names, "manifest", err) < 0)
		return -EBADMSG;
	/* A document that is both would be read one way by us and the other way by a runtime (GHSA-77vh-xpmg-72qh). */
	if (layers && manifests)
		return bolt_err_set(err, -EBADMSG, "manifest has both layers and manifests");
	if (json_array_size(json_object_get(root, "fsLayers")) > 0)
		return bolt_err_set(err, -EBADMSG,
				    "manifest is of Docker's obsolete schema 1: push the image again with a current client");
	if (json_is_array(manifests)) {
		manifest.is_index = true;
		r = parse_items(arena, manifests, "manifest", BOLT_INDEX_MANIFESTS_MAX, &manifest, err);
	} else if (json_is_array(layers)) {
		r = parse_descriptor(arena, json_object_get(root, "config"), "config", &manifest.config, err);
		if (r == 0)
			r = parse_items(arena, layers, "layer", BOLT_LAYERS_MAX, &manifest, err);
	} else {
		return bolt_err_set(err, -EBADMSG,
				    "neither an image manifest nor an image index: it has no layers and no manifests");
	}
	if (r == 0)
		*ret_manifest = manifest;
	return r;
}

static int parse_history(struct bolt_arena *arena, const json_t *from, struct bolt_config *to)
{
	to->history_len = json_array_size(from);
	if (to->history_len > BOLT_LAYERS_MAX * 4)
		to->history_len = BOLT_LAYERS_MAX * 4; /* only told to people and used for guesses */
	to->history = bolt_arena_alloc(arena, (to->history_len + 1) * sizeof(*to->history));
	if (!to->history)
		return -ENOMEM;
	for (size_t i = 0; i < to->history_len; i++) {
		const json_t *step = json_array_get(from, i);

		to->history[i].created_by = keep(arena, bolt_json_text(step, "created_by"));
		to->history[i].empty_layer = json_is_true(json_object_get(step, "empty_layer"));
	}
	return 0;
}

int bolt_config_parse(struct bolt_arena *arena, const void *bytes, size_t len, struct bolt_config *ret_config, struct bolt_err *err)
{
	BOLT_CLEANUP(bolt_json_decrefp) json_t *root = NULL;
	struct bolt_config config = { 0 };
	int r = bolt_json_load_unambiguous(bytes, len, BOLT_MANIFEST_DEPTH_MAX, &root, err);

	if (r < 0)
		return bolt_err_wrap(err, r, "image config");
	static const char *const names[] = { "rootfs", "os", "architecture", "variant", NULL }, *const rootfs_names[] = {
		"diff_ids", NULL
	};
	const json_t *rootfs = json_object_get(root, "rootfs"), *ids = json_object_get(rootfs, "diff_ids");
	if (one_spelling(root, names, "image config", err) < 0 || one_spelling(rootfs, rootfs_names, "image config", err) < 0)
		return -EBADMSG;
	if (!json_is_array(ids))
		return bolt_err_set(err, -EBADMSG, "image config has no rootfs.diff_ids");
	config.diff_ids_len = json_array_size(ids);
	if (config.diff_ids_len > BOLT_LAYERS_MAX)
		return bolt_err_set(err, -E2BIG, "%zu layers are more than the bound of %u", config.diff_ids_len, BOLT_LAYERS_MAX);
	config.diff_ids = bolt_arena_alloc(arena, (config.diff_ids_len + 1) * sizeof(*config.diff_ids));
	if (!config.diff_ids)
		return -ENOMEM;
	for (size_t i = 0; i < config.diff_ids_len; i++) {
		const char *text = json_string_value(json_array_get(ids, i));

		if (bolt_digest_parse(text ? text : "", &config.diff_ids[i], err) < 0)
			return bolt_err_wrap(err, -EBADMSG, "diff ID %zu", i);
	}
	config.platform = platform_text(arena, root);
	r = parse_history(arena, json_object_get(root, "history"), &config);
	if (r == 0)
		*ret_config = config;
	return r;
}

static int parse_names(struct bolt_arena *arena, const json_t *from, const char ***ret_names, size_t *ret_len, struct bolt_err *err)
{
	size_t len = json_array_size(from);

	if (len > BOLT_LAYERS_MAX)
		return bolt_err_set(err, -E2BIG, "manifest.json: %zu names are more than the bound of %u", len, BOLT_LAYERS_MAX);
	const char **names = bolt_arena_alloc(arena, (len + 1) * sizeof(*names));
	if (!names)
		return -ENOMEM;
	for (size_t i = 0; i < len; i++) {
		const char *name = json_string_value(json_array_get(from, i));

		if (!name)
			return bolt_err_set(err, -EBADMSG, "manifest.json: a name is not a text");
		names[i] = keep(arena, name);
		if (!names[i])
			return -ENOMEM;
	}
	*ret_names = names;
	*ret_len = len;
	return 0;
}

int bolt_saved_images_parse(struct bolt_arena *arena, const void *bytes, size_t len, struct bolt_saved_image **ret_images,
			    size_t *ret_len, struct bolt_err *err)
{
	BOLT_CLEANUP(bolt_json_decrefp) json_t *root = NULL;
	int r = bolt_json_load_unambiguous(bytes, len, BOLT_MANIFEST_DEPTH_MAX, &root, err);

	if (r < 0)
		return bolt_err_wrap(err, r, "manifest.json");
	size_t count = json_array_size(root);
	if (count == 0 || count > BOLT_INDEX_MANIFESTS_MAX)
		return bolt_err_set(err, -EBADMSG, "manifest.json names %zu images", count);
	struct bolt_saved_image *images = bolt_arena_alloc(arena, count * sizeof(*images));
	if (!images)
		return -ENOMEM;
	for (size_t i = 0; i < count; i++) {
		static const char *const names[] = { "Config", "Layers", "RepoTags", NULL };
		const json_t *from = json_array_get(root, i);

		if (one_spelling(from, names, "manifest.json", err) < 0)
			return -EBADMSG;
		images[i].config = keep(arena, bolt_json_text(from, "Config"));
		if (!images[i].config)
			return bolt_err_set(err, -EBADMSG, "manifest.json: image %zu has no Config", i);
		r = parse_names(arena, json_object_get(from, "Layers"), &images[i].layers, &images[i].layers_len, err);
		if (r == 0)
			r = parse_names(arena, json_object_get(from, "RepoTags"), &images[i].tags, &images[i].tags_len, err);
		if (r < 0)
			return r;
	}
	*ret_images = images;
	*ret_len = count;
	return 0;
}

const char *bolt_platform_here(void)
{
	static const struct {
		const char *machine, *platform;
	} machines[] = {
		{ "x86_64", "linux/amd64" },    { "aarch64", "linux/arm64" },       { "armv7l", "linux/arm/v7" },
		{ "i686", "linux/386" },        { "ppc64le", "linux/ppc64le" },     { "s390x", "linux/s390x" },
		{ "riscv64", "linux/riscv64" }, { "loongarch64", "linux/loong64" },
	};
	struct utsname name;

	for (size_t i = 0; uname(&name) == 0 && i < BOLT_ARRAY_LEN(machines); i++) {
		if (strcmp(machines[i].machine, name.machine) == 0)
			return machines[i].platform;
	}
	return "linux/amd64";
}

/* arm64's only variant v8 may be left out on either side. */
bool bolt_platform_matches(const char *want, const char *have)
{
	size_t n = strlen(want);

	if (!have)
		return false;
	return strcmp(want, have) == 0 || (strncmp(want, have, n) == 0 && have[n] == '/') ||
	       (strcmp(want, "linux/arm64/v8") == 0 && strcmp(have, "linux/arm64") == 0);
}

int bolt_manifest_select(const struct bolt_manifest *index, const char *platform, const struct bolt_descriptor **ret_descriptor,
			 struct bolt_err *err)
{
	const char *want = platform ? platform : bolt_platform_here();
	const struct bolt_descriptor *only = NULL;
	char there[256] = "";
	size_t images = 0;

	for (size_t i = 0; i < index->items_len; i++) {
		const struct bolt_descriptor *d = &index->items[i];

		if (d->attestation || (d->platform && bolt_starts_with(d->platform, "unknown/")))
			continue;
		if (bolt_platform_matches(want, d->platform)) {
			*ret_descriptor = d;
			return 0;
		}
		images++;
		only = d;
		size_t used = strlen(there);
		(void) snprintf(there + used, sizeof(there) - used, "%s%s", used ? ", " : "",
				d->platform ? d->platform : "(none named)");
	}
	if (images == 1 && (!platform || !only->platform)) {
		*ret_descriptor = only;
		return 0;
	}
	return bolt_err_set(err, -ENOENT, "no image for platform %s; there is: %s; choose with --platform", want,
			    images ? there : "nothing");
}
