#include "advisory/csaf_package.h"

#include <errno.h>
#include <string.h>

#include "core/text.h"

enum { RELATIONSHIPS_DEEP = 8 }; /* package in module in platform: two */

/* "cpe:/o:redhat:enterprise_linux:9::baseos", and CPE 2.3's form of it. Extended streams are other products: "rhel_eus". */
static void take_platform(struct bolt_csaf_package *package, const char *cpe)
{
	static const char words[] = ":redhat:enterprise_linux:";
	const char *release = strstr(cpe, words);

	if (!release)
		return;
	release += sizeof(words) - 1;
	package->release = release;
	package->release_len = strspn(release, "0123456789");
}

/* "nodejs:16:8060020220805150000:ad008a3a": the first two words */
static int take_module(struct bolt_arena *arena, struct bolt_csaf_package *package, const char *name, const char *rest)
{
	size_t len = strcspn(rest, ":");

	package->module = bolt_arena_printf(arena, "%s:%.*s", name, (int) len, rest);
	return package->module ? 0 : -ENOMEM;
}

static int take_purl(struct bolt_arena *arena, struct bolt_csaf_package *package, const char *text)
{
	struct bolt_purl_parts parts;
	struct bolt_err why = { .msg = "" };
	int r = bolt_purl_parts_parse(arena, text, &parts, &why);

	if (r < 0)
		return r == -EINVAL ? 0 : r; /* then it is no package of ours */
	if (strcmp(parts.type, "rpmmod") == 0 && parts.version && !parts.subpath &&
	    (!parts.space || strcmp(parts.space, "redhat") == 0))
		return take_module(arena, package, parts.name, parts.version);
	if (strcmp(parts.type, "rpmmod") == 0 && parts.space && bolt_starts_with(parts.space, "redhat/")) {
		/* "pkg:rpmmod/redhat/ruby:2.6/ruby": the package of a module */
		const char *module = parts.space + 7, *colon = strchr(module, ':');

		package->purl = parts;
		package->named = true;
		package->module = colon ? module : NULL;
		return 0;
	}
	if (strcmp(parts.type, "rpm") != 0 || package->named)
		return 0;
	package->purl = parts;
	package->named = true;
	const char *module = bolt_purl_qualifier(&parts, "rpmmod"), *colon = module ? strchr(module, ':') : NULL;
	if (!colon)
		return 0;
	const char *name = bolt_arena_text(arena, module, (size_t) (colon - module));
	return name ? take_module(arena, package, name, colon + 1) : -ENOMEM;
}

int bolt_csaf_describe(const struct bolt_csaf_tree *tree, uint64_t id, struct bolt_arena *arena,
		       struct bolt_csaf_package *ret_package)
{
	const struct bolt_csaf_product *product = bolt_csaf_product(tree, id);
	int r = 0;

	*ret_package = (struct bolt_csaf_package){ .named = false };
	for (int i = 0; product && i < RELATIONSHIPS_DEEP && r == 0; i++) {
		const struct bolt_csaf_product *component = bolt_csaf_product(tree, product->component);

		if (product->cpe)
			take_platform(ret_package, product->cpe);
		if (product->purl)
			r = take_purl(arena, ret_package, product->purl);
		if (component && component->purl && r == 0)
			r = take_purl(arena, ret_package, component->purl);
		product = bolt_csaf_product(tree, product->whole);
	}
	return r;
}

const char *bolt_csaf_evr(struct bolt_arena *arena, const struct bolt_csaf_package *package)
{
	const char *epoch = bolt_purl_qualifier(&package->purl, "epoch"), *version = package->purl.version;
	bool has_epoch = epoch && strcmp(epoch, "0") != 0 && !strchr(version, ':');

	return has_epoch ? bolt_arena_printf(arena, "%s:%s", epoch, version) : version;
}
