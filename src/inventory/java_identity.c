#include "inventory/java_identity.h"

#include <limits.h>
#include <string.h>
#include <strings.h>

static bool is_digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

static bool is_lower(uint8_t c)
{
	return c >= 'a' && c <= 'z';
}

/* Words inside a version ("1.0-beta-2") that a number may follow; after other words a number begins the real version. */
static bool is_qualifier(struct bolt_cursor word)
{
	static const char *const words[] = { "alpha", "beta", "b",   "rc",  "cr",      "m",   "sp",      "ga",      "final",
					     "build", "jdk",  "jre", "pre", "preview", "dev", "release", "snapshot" };

	for (size_t i = 0; i < BOLT_ARRAY_LEN(words); i++) {
		if (word.left == strlen(words[i]) && strncasecmp((const char *) word.p, words[i], word.left) == 0)
			return true;
	}
	return false;
}

/* Is this, from a digit to the end of the name, one version? */
static bool is_version(struct bolt_cursor text)
{
	struct bolt_cursor word;
	bool after_name = false;

	while (bolt_take_until(&text, '-', &word)) {
		bool number = word.left > 0 && is_digit(word.p[0]);

		if (number && after_name)
			return false;
		after_name = !number && !is_qualifier(word);
	}
	return true;
}

void bolt_java_split_name(struct bolt_cursor stem, struct bolt_cursor *ret_artifact, struct bolt_cursor *ret_version)
{
	/* Names are at most 255 bytes long; a bound keeps the nested scan of is_version linear on longer ones. */
	size_t from = stem.left > 512 ? stem.left - 512 : 1;

	*ret_artifact = stem;
	*ret_version = bolt_cursor(NULL, 0);
	for (size_t i = from; i + 1 < stem.left; i++) {
		struct bolt_cursor rest = bolt_cursor(stem.p + i + 1, stem.left - i - 1);

		if (stem.p[i] != '-' || !is_digit(rest.p[0]) || !is_version(rest))
			continue;
		*ret_artifact = bolt_cursor(stem.p, i);
		*ret_version = rest;
		return;
	}
}

/* "org.example", "fr.inria.x": the first label is a country or one of the common generic ones. */
static bool is_top_level(struct bolt_cursor label)
{
	static const char *const labels[] = { "com", "org", "net", "edu", "gov", "dev", "info", "app", "javax", "jakarta" };

	if (label.left == 2)
		return is_lower(label.p[0]) && is_lower(label.p[1]);
	for (size_t i = 0; i < BOLT_ARRAY_LEN(labels); i++) {
		if (bolt_cursor_is(label, labels[i]))
			return true;
	}
	return false;
}

static bool is_reversed_domain(struct bolt_cursor name)
{
	struct bolt_cursor label;
	size_t labels = 0;

	while (bolt_take_until(&name, '.', &label)) {
		if (label.left == 0 || (labels++ == 0 && !is_top_level(label)))
			return false;
		for (size_t i = 0; i < label.left; i++) {
			uint8_t c = label.p[i];

			if (!is_digit(c) && !is_lower(c | 0x20) && c != '_' && c != '-')
				return false;
		}
	}
	return labels > 1;
}

static size_t count_dots(struct bolt_cursor name)
{
	size_t n = 0;

	for (size_t i = 0; i < name.left; i++)
		n += name.p[i] == '.';
	return n;
}

/* The group in a bundle's or module's name, given the artifact: com.google.guava of guava and com.google.protobuf of protobuf-java
 * are the group; org.apache.commons.lang3 of commons-lang3 and org.apache.httpcomponents.httpclient of httpclient end with the
 * artifact. */
static struct bolt_cursor group_of_symbolic(struct bolt_cursor name, struct bolt_cursor artifact)
{
	struct bolt_cursor last, prefix;
	const uint8_t *dot;

	if (!bolt_take_until(&name, ';', &prefix))
		return bolt_cursor(NULL, 0);
	name = prefix;
	bolt_trim(&name);
	if (!is_reversed_domain(name))
		return bolt_cursor(NULL, 0);
	dot = memrchr(name.p, '.', name.left);
	prefix = bolt_cursor(name.p, (size_t) (dot - name.p));
	last = bolt_cursor(dot + 1, name.left - prefix.left - 1);
	if (count_dots(prefix) == 0)
		return name;
	if (!memmem(artifact.p, artifact.left, last.p, last.left))
		return name; /* com.google.inject of guice */
	bool begins = artifact.left >= last.left && memcmp(artifact.p, last.p, last.left) == 0;
	if (begins && artifact.left > last.left && artifact.p[last.left] == '-')
		return name;
	if (begins && artifact.left == last.left && !memchr(last.p, '-', last.left) && count_dots(prefix) < 2)
		return name;
	return prefix;
}

/* The first of the fields that the manifest has; empty when none. */
static struct bolt_cursor first_of(const struct bolt_java_manifest *manifest, const enum bolt_java_field *fields, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (manifest->values[fields[i]].left > 0)
			return manifest->values[fields[i]];
	}
	return bolt_cursor(NULL, 0);
}

/* Widely used archives, often without Maven's records, whose group nothing in them tells or what they tell leads astray. An
 * artifact that ends with a dash is a beginning. Of several rows the first counts whose `before`, a major version or 0, fits. */
static const struct {
	const char *artifact, *group;
	unsigned before;
} known_groups[] = {
	{ "aopalliance", "aopalliance", 0 },
	{ "asm", "asm", 4 },
	{ "asm", "org.ow2.asm", 0 },
	{ "asm-", "asm", 4 },
	{ "asm-", "org.ow2.asm", 0 },
	{ "hsqldb", "org.hsqldb", 0 },
	{ "javax.inject", "javax.inject", 0 },
	{ "junit", "junit", 0 },
	{ "kotlin-", "org.jetbrains.kotlin", 0 },
	{ "kotlinx-", "org.jetbrains.kotlinx", 0 },
	{ "log4j", "log4j", 0 },
	{ "okhttp", "com.squareup.okhttp", 3 },
	{ "okhttp", "com.squareup.okhttp3", 0 },
	{ "okhttp-jvm", "com.squareup.okhttp3", 0 },
	{ "okio", "com.squareup.okio", 0 },
	{ "okio-jvm", "com.squareup.okio", 0 },
	{ "oro", "oro", 0 },
	{ "reactor-core", "io.projectreactor", 0 },
	{ "reactor-netty-", "io.projectreactor.netty", 0 },
	{ "spring-jcl", "org.springframework", 0 },
	{ "xml-apis", "xml-apis", 0 },
	{ "xz", "org.tukaani", 0 },
};

/* The Commons that are their own groups; younger ones are in org.apache.commons. */
static const char *const old_commons[] = {
	"beanutils", "chain",     "cli",     "codec", "collections", "configuration", "daemon",      "dbcp",
	"digester",  "discovery", "el",      "email", "fileupload",  "httpclient",    "io",          "jxpath",
	"lang",      "logging",   "modeler", "net",   "pool",        "primitives",    "transaction", "validator",
};

/* The leading number; large without one, as a version that nobody knows is more likely new. */
static unsigned major_of(struct bolt_cursor version)
{
	unsigned major = 0;

	if (version.left == 0 || !is_digit(version.p[0]))
		return UINT_MAX;
	for (size_t i = 0; i < version.left && i < 6 && is_digit(version.p[i]); i++)
		major = 10 * major + (version.p[i] - '0');
	return major;
}

/* `bundle`, when it is like a reversed domain, says more than a mere beginning: kotlin-logging is not of Kotlin. Only ASM's
 * packages are named otherwise than its group. */
static struct bolt_cursor known_group(struct bolt_cursor artifact, struct bolt_cursor version, struct bolt_cursor bundle)
{
	struct bolt_cursor common = artifact;
	unsigned major = major_of(version);
	bool beginnings = !is_reversed_domain(bundle) || bolt_cursor_starts(bundle, "org.objectweb.asm");

	for (size_t i = 0; i < BOLT_ARRAY_LEN(known_groups); i++) {
		const char *known = known_groups[i].artifact, *group = known_groups[i].group;
		bool beginning = known[strlen(known) - 1] == '-';

		if ((known_groups[i].before == 0 || major < known_groups[i].before) &&
		    (beginning ? beginnings && bolt_cursor_starts(artifact, known) : bolt_cursor_is(artifact, known)))
			return bolt_cursor(group, strlen(group));
	}
	if (!bolt_take_prefix(&common, "commons-"))
		return bolt_cursor(NULL, 0);
	for (size_t i = 0; i < BOLT_ARRAY_LEN(old_commons); i++) {
		if (bolt_cursor_is(common, old_commons[i]))
			return artifact;
	}
	return bolt_cursor(NULL, 0);
}

/* Without its attributes. */
static struct bolt_cursor bundle_name(const struct bolt_java_manifest *manifest)
{
	struct bolt_cursor value = manifest->values[BOLT_JAVA_BUNDLE_SYMBOLIC_NAME], name = bolt_cursor(NULL, 0);

	if (value.left == 0)
		value = manifest->values[BOLT_JAVA_AUTOMATIC_MODULE_NAME];
	(void) bolt_take_until(&value, ';', &name); /* empty stays empty */
	bolt_trim(&name);
	return name;
}

static struct bolt_cursor group_of(const struct bolt_java_manifest *manifest, struct bolt_cursor package,
				   const struct bolt_java_identity *identity)
{
	static const char young_commons[] = "org.apache.commons";
	struct bolt_cursor group = manifest->values[BOLT_JAVA_GROUP_ID], artifact = identity->artifact;

	if (group.left == 0)
		group = known_group(artifact, identity->version, bundle_name(manifest));
	if (group.left > 0)
		return group;
	group = manifest->values[BOLT_JAVA_IMPLEMENTATION_VENDOR_ID];
	if (is_reversed_domain(group) && !bolt_cursor_is(group, "org.apache")) /* the foundation is no group */
		return group;
	group = group_of_symbolic(manifest->values[BOLT_JAVA_BUNDLE_SYMBOLIC_NAME], artifact);
	if (group.left == 0)
		group = group_of_symbolic(manifest->values[BOLT_JAVA_AUTOMATIC_MODULE_NAME], artifact);
	if (group.left == 0)
		group = group_of_symbolic(package, artifact);
	if (group.left == 0 && bolt_cursor_starts(artifact, "commons-"))
		group = bolt_cursor(young_commons, sizeof(young_commons) - 1);
	return group;
}

/* Is a title of one word better than a file name without a version? Not "JUnit" for junit, nor for a file everybody knows. */
static bool says_more(struct bolt_cursor title, struct bolt_cursor name)
{
	struct bolt_cursor none = bolt_cursor(NULL, 0);
	bool same = title.left == name.left && strncasecmp((const char *) title.p, (const char *) name.p, name.left) == 0;

	return title.left > 0 && !memchr(title.p, ' ', title.left) && !same && known_group(name, none, none).left == 0;
}

bool bolt_java_identify(struct bolt_cursor stem, struct bolt_cursor package, const struct bolt_java_manifest *manifest,
			struct bolt_java_identity *ret_identity)
{
	static const enum bolt_java_field artifacts[] = { BOLT_JAVA_ARTIFACT_ID, BOLT_JAVA_SHORT_NAME };
	static const enum bolt_java_field versions[] = { BOLT_JAVA_PLUGIN_VERSION, BOLT_JAVA_IMPLEMENTATION_VERSION,
							 BOLT_JAVA_BUNDLE_VERSION, BOLT_JAVA_SPECIFICATION_VERSION };
	struct bolt_cursor title = manifest->values[BOLT_JAVA_IMPLEMENTATION_TITLE];
	struct bolt_cursor own = first_of(manifest, artifacts, BOLT_ARRAY_LEN(artifacts));
	struct bolt_java_identity identity = { 0 };

	bolt_java_split_name(stem, &identity.artifact, &identity.version);
	if (own.left > 0)
		identity.artifact = own;
	else if (identity.version.left == 0 && says_more(title, identity.artifact))
		identity.artifact = title;
	if (identity.version.left == 0)
		identity.version = first_of(manifest, versions, BOLT_ARRAY_LEN(versions));
	if (identity.artifact.left == 0 || identity.version.left == 0)
		return false;
	identity.group = group_of(manifest, package, &identity);
	*ret_identity = identity;
	return true;
}
