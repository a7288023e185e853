#include "scan/plan.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"
#include "oci/limits.h"

struct planner {
	struct bolt_arena *arena;
	struct bolt_blobs *blobs;
	bool registry; /* manifests have their own names there */
	const char *tag, *platform;
	bool platform_told; /* by the index the manifest was chosen from */
};

int bolt_digest_mismatch(struct bolt_err *err, const char *what, const struct bolt_digest *want, const struct bolt_digest *have)
{
	char want_text[BOLT_DIGEST_TEXT], have_text[BOLT_DIGEST_TEXT];

	return bolt_err_set(err, -EBADMSG, "%s is not what it should be: expected %s, got %s", what,
			    bolt_digest_text(want, want_text), bolt_digest_text(have, have_text));
}

/* A whole document. `want` NONE: nothing to hold it against; its own digest comes back in ret_digest. */
static int load(struct planner *p, const char *name, const struct bolt_digest *want, uint64_t size, uint8_t **ret_bytes,
		size_t *ret_len, struct bolt_digest *ret_digest, struct bolt_err *err)
{
	BOLT_CLEANUP(bolt_reader_closep) struct bolt_reader *reader = NULL;
	uint8_t *bytes;
	size_t len;
	int r = p->blobs->open(p->blobs, name, size, &reader, err);

	if (r == 0)
		r = bolt_reader_slurp(reader, BOLT_MANIFEST_MAX, name, &bytes, &len, err);
	if (r < 0)
		return r;
	r = bolt_digest_of(want->algorithm ? want->algorithm : BOLT_DIGEST_SHA256, bytes, len, ret_digest);
	if (r == 0 && want->algorithm && !bolt_digest_equal(want, ret_digest))
		r = bolt_digest_mismatch(err, name, want, ret_digest);
	if (r < 0) {
		free(bytes);
		return r;
	}
	*ret_bytes = bytes;
	*ret_len = len;
	return 0;
}

static const char *blob_name(struct planner *p, const struct bolt_digest *digest, bool manifest)
{
	char text[BOLT_DIGEST_TEXT];

	bolt_digest_text(digest, text);
	if (manifest && p->registry)
		return bolt_arena_printf(p->arena, "manifests/%s", text);
	char *colon = strchr(text, ':');
	*colon = '/';
	return bolt_arena_printf(p->arena, "blobs/%s", text);
}

/* An image that no index told the platform of. Many configs leave out the variant. */
static int check_platform(const struct planner *p, const struct bolt_config *config, struct bolt_err *err)
{
	const char *want = p->platform, *have = config->platform;
	size_t n = have ? strlen(have) : 0;

	if (p->platform_told || !want || !have || bolt_platform_matches(want, have) ||
	    (strncmp(have, want, n) == 0 && want[n] == '/' && strchr(have, '/') == strrchr(have, '/')))
		return 0;
	return bolt_err_set(err, -ENOENT, "the image is for %s, not for %s", have, want);
}

static int load_config(struct planner *p, const char *name, const struct bolt_digest *want, uint64_t size, struct bolt_plan *plan,
		       struct bolt_err *err)
{
	uint8_t *bytes;
	size_t len;
	int r = load(p, name, want, size, &bytes, &len, &plan->image_id, err);

	if (r < 0)
		return r;
	r = bolt_config_parse(p->arena, bytes, len, &plan->config, err);
	free(bytes);
	return r < 0 ? r : check_platform(p, &plan->config, err);
}

static int check_layer_count(const struct bolt_plan *plan, struct bolt_err *err)
{
	if (plan->layers_len == plan->config.diff_ids_len)
		return 0;
	return bolt_err_set(err, -EBADMSG, "the manifest has %zu layers, the image config %zu diff IDs", plan->layers_len,
			    plan->config.diff_ids_len);
}

static int plan_manifest(struct planner *p, const struct bolt_manifest *manifest, struct bolt_plan *plan, struct bolt_err *err)
{
	const struct bolt_descriptor *config = &manifest->config;

	if (strstr(config->media_type, "image.v1+json") == NULL && strstr(config->media_type, "image.config.v1+json") == NULL)
		return bolt_err_set(err, -EBADMSG, "not a container image: its config is of type '%s'", config->media_type);
	plan->layers_len = manifest->items_len;
	plan->layers = bolt_arena_alloc(p->arena, (plan->layers_len + 1) * sizeof(*plan->layers));
	const char *name = blob_name(p, &config->digest, false);
	if (!plan->layers || !name)
		return -ENOMEM;
	int r = load_config(p, name, &config->digest, config->size, plan, err);
	if (r == 0)
		r = check_layer_count(plan, err);
	for (size_t i = 0; r == 0 && i < plan->layers_len; i++) {
		plan->layers[i] = (struct bolt_plan_layer){ .name = blob_name(p, &manifest->items[i].digest, false),
							    .digest = manifest->items[i].digest,
							    .diff_id = plan->config.diff_ids[i],
							    .size = manifest->items[i].size };
		if (!plan->layers[i].name)
			r = -ENOMEM;
	}
	return r;
}

static bool named_before(const struct bolt_manifest *index, size_t at)
{
	for (size_t i = 0; i < at; i++) {
		if (index->items[i].ref_name && strcmp(index->items[i].ref_name, index->items[at].ref_name) == 0)
			return true;
	}
	return false;
}

/* The members of that tag, each manifest once. */
static int keep_tagged(struct planner *p, const struct bolt_manifest *index, struct bolt_manifest *ret_tagged)
{
	struct bolt_manifest tagged = { .is_index = true };

	tagged.items = bolt_arena_alloc(p->arena, (index->items_len + 1) * sizeof(*tagged.items));
	if (!tagged.items)
		return -ENOMEM;
	for (size_t i = 0; i < index->items_len; i++) {
		const struct bolt_descriptor *d = &index->items[i];
		size_t k = 0;

		if (!d->ref_name || strcmp(d->ref_name, p->tag) != 0)
			continue;
		while (k < tagged.items_len && !bolt_digest_equal(&tagged.items[k].digest, &d->digest))
			k++;
		if (k == tagged.items_len)
			tagged.items[tagged.items_len++] = *d;
	}
	*ret_tagged = tagged;
	return 0;
}

/* Leaves in *index what the tag says of index.json, whose members are told apart by tag first, then by platform. */
static int select_tag(struct planner *p, struct bolt_manifest *index, struct bolt_err *err)
{
	struct bolt_manifest tagged = { .items_len = 0 };
	char there[256] = "";
	size_t names = 0;
	int r = p->tag ? keep_tagged(p, index, &tagged) : 0;

	if (r < 0)
		return r;
	if (tagged.items_len > 0) {
		*index = tagged;
		return 0;
	}
	for (size_t i = 0; i < index->items_len; i++) {
		const char *name = index->items[i].ref_name;
		size_t used = strlen(there);

		if (!name || named_before(index, i))
			continue;
		(void) snprintf(there + used, sizeof(there) - used, "%s%s", used ? ", " : "", name);
		names++;
	}
	if (p->tag)
		return bolt_err_set(err, -ENOENT, "no image tagged '%s'; there is: %s", p->tag, names ? there : "no tag at all");
	if (names > 1)
		return bolt_err_set(err, -ENOENT, "holds several images: %s; choose one with oci:DIR:TAG or archive:FILE:TAG",
				    there);
	return 0;
}

static int plan_root(struct planner *p, const char *root, struct bolt_plan *plan, struct bolt_err *err)
{
	const struct bolt_descriptor *chosen = NULL;
	const char *name = root;
	struct bolt_digest want = { .algorithm = BOLT_DIGEST_NONE }, have;
	uint64_t size = 0;

	/* "manifests/sha256:..." is held against the digest it was asked for by. */
	if (p->registry && strchr(root, ':'))
		BOLT_IGNORE(bolt_digest_parse(strchr(root, '/') + 1, &want, NULL)); /* a tag has no ':' */
	for (unsigned depth = 0; depth < BOLT_INDEX_DEPTH_MAX; depth++) {
		struct bolt_manifest manifest;
		uint8_t *bytes;
		size_t len;
		int r = load(p, name, &want, size, &bytes, &len, &have, err);

		if (r < 0)
			return r;
		r = bolt_manifest_parse(p->arena, bytes, len, &manifest, err);
		free(bytes);
		if (r < 0)
			return bolt_err_wrap(err, r, "%s", name);
		if (!manifest.is_index) {
			plan->digest = have;
			return plan_manifest(p, &manifest, plan, err);
		}
		r = depth == 0 && !p->registry ? select_tag(p, &manifest, err) : 0;
		if (r == 0)
			r = bolt_manifest_select(&manifest, p->platform, &chosen, err);
		if (r < 0)
			return r;
		p->platform_told |= chosen->platform != NULL;
		if (chosen->ref_name && plan->tags_len == 0) {
			plan->tags = bolt_arena_alloc(p->arena, sizeof(*plan->tags));
			if (!plan->tags)
				return -ENOMEM;
			plan->tags[plan->tags_len++] = chosen->ref_name;
		}
		want = chosen->digest;
		size = chosen->size;
		name = blob_name(p, &want, true);
		if (!name)
			return -ENOMEM;
	}
	return bolt_err_set(err, -E2BIG, "image indexes nest deeper than the bound of %u", BOLT_INDEX_DEPTH_MAX);
}

static bool has_tag(const struct bolt_saved_image *image, const char *tag)
{
	for (size_t i = 0; i < image->tags_len; i++) {
		const char *colon = strrchr(image->tags[i], ':');

		if (strcmp(image->tags[i], tag) == 0 || (colon && strcmp(colon + 1, tag) == 0))
			return true;
	}
	return false;
}

static int select_saved(const struct bolt_saved_image *images, size_t len, const char *tag,
			const struct bolt_saved_image **ret_image, struct bolt_err *err)
{
	char there[256] = "";

	if (len == 1 && !tag) {
		*ret_image = &images[0];
		return 0;
	}
	for (size_t i = 0; i < len; i++) {
		size_t used = strlen(there);

		if (tag && has_tag(&images[i], tag)) {
			*ret_image = &images[i];
			return 0;
		}
		(void) snprintf(there + used, sizeof(there) - used, "%s%s", used ? ", " : "",
				images[i].tags_len ? images[i].tags[0] : images[i].config);
	}
	return bolt_err_set(err, -ENOENT, "%s: the archive holds %s; choose one with archive:FILE:TAG", tag ? tag : "which image",
			    there);
}

/* "<hex>.json" or "blobs/sha256/<hex>": docker names a config by its digest. Other writers need not. */
static struct bolt_digest digest_in_name(const char *name)
{
	struct bolt_digest digest = { .algorithm = BOLT_DIGEST_NONE };
	char text[BOLT_DIGEST_TEXT];

	(void) snprintf(text, sizeof(text), "sha256:%.64s", bolt_basename(name));
	if (bolt_digest_parse(text, &digest, NULL) < 0)
		digest.algorithm = BOLT_DIGEST_NONE;
	return digest;
}

static int plan_saved(struct planner *p, struct bolt_plan *plan, struct bolt_err *err)
{
	const struct bolt_digest none = { .algorithm = BOLT_DIGEST_NONE };
	const struct bolt_saved_image *image = NULL;
	struct bolt_saved_image *images;
	struct bolt_digest ignored;
	uint8_t *bytes;
	size_t len, count;
	int r = load(p, "manifest.json", &none, 0, &bytes, &len, &ignored, err);

	if (r < 0)
		return r;
	r = bolt_saved_images_parse(p->arena, bytes, len, &images, &count, err);
	free(bytes);
	if (r == 0)
		r = select_saved(images, count, p->tag, &image, err);
	if (r < 0)
		return r;
	struct bolt_digest want = digest_in_name(image->config);
	r = load_config(p, image->config, &want, 0, plan, err);
	if (r < 0)
		return r;
	plan->tags = image->tags;
	plan->tags_len = image->tags_len;
	plan->layers_len = image->layers_len;
	r = check_layer_count(plan, err);
	plan->layers = r == 0 ? bolt_arena_alloc(p->arena, (plan->layers_len + 1) * sizeof(*plan->layers)) : NULL;
	if (r == 0 && !plan->layers)
		r = -ENOMEM;
	for (size_t i = 0; r == 0 && i < plan->layers_len; i++)
		plan->layers[i] = (struct bolt_plan_layer){ .name = image->layers[i], .diff_id = plan->config.diff_ids[i] };
	return r;
}

/* 1 | 0 | error. */
static int has(struct planner *p, const char *name, struct bolt_err *err)
{
	struct bolt_reader *reader;
	int r = p->blobs->open(p->blobs, name, 0, &reader, err);

	if (r == 0)
		bolt_reader_close(reader);
	return r == 0 ? 1 : r == -ENOENT ? 0 : r;
}

/* Some programs load an archive by its index.json, others by its manifest.json: it must not be one image to us and another to
 * them. What was asked for by tag or platform need not be in both. */
static int plan_archive(struct planner *p, struct bolt_plan *plan, struct bolt_err *err)
{
	char ours[BOLT_DIGEST_TEXT], others[BOLT_DIGEST_TEXT];
	struct bolt_plan other = { .tags_len = 0 };
	struct planner again = *p;
	int layout = has(p, "oci-layout", err), index = layout > 0 ? has(p, "index.json", err) : layout;
	int saved = index < 0 ? index : has(p, "manifest.json", err);

	if (saved < 0)
		return saved;
	if (!index)
		return plan_saved(p, plan, err);
	int r = plan_root(p, "index.json", plan, err);
	if (r < 0 || !saved)
		return r;
	r = plan_saved(&again, &other, err);
	if (r == -ENOENT && (p->tag || p->platform))
		return 0;
	if (r < 0)
		return bolt_err_wrap(err, r, "the archive's index.json and manifest.json may mean different images");
	if (bolt_digest_equal(&plan->image_id, &other.image_id))
		return 0;
	return bolt_err_set(err, -EBADMSG,
			    "the archive's index.json means the image %s, its manifest.json the image %s: which one is loaded "
			    "depends on the program",
			    bolt_digest_text(&plan->image_id, ours), bolt_digest_text(&other.image_id, others));
}

int bolt_plan_make(struct bolt_arena *arena, struct bolt_blobs *blobs, const char *root, const char *tag, const char *platform,
		   struct bolt_plan *ret_plan, struct bolt_err *err)
{
	struct planner p = { .arena = arena, .blobs = blobs, .tag = tag, .platform = platform };
	struct bolt_plan plan = { .tags_len = 0 };
	int r;

	p.registry = root && bolt_starts_with(root, "manifests/");
	if (!root)
		r = plan_archive(&p, &plan, err);
	else
		r = strcmp(root, "manifest.json") == 0 ? plan_saved(&p, &plan, err) : plan_root(&p, root, &plan, err);
	if (r == 0)
		*ret_plan = plan;
	return r;
}
