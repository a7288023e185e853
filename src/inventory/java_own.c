#include "inventory/java_own.h"

#include <ctype.h>
#include <string.h>

#include "inventory/java_identity.h"

enum numbers { WITH_NUMBERS, WITHOUT_NUMBERS }; /* the latter: "plexus-utils2" is ".plexus.utils." */

static void end_label(struct bolt_java_dotted *name, enum numbers numbers)
{
	size_t n = name->len;

	while (numbers == WITHOUT_NUMBERS && n > 1 && isdigit((unsigned char) name->text[n - 1]))
		n--;
	if (n > 0 && name->text[n - 1] != '.') /* a label that is all number stays */
		name->len = n;
	if (name->len == 0 || name->text[name->len - 1] != '.')
		name->text[name->len++] = '.';
}

/* Adds to a name that is empty or ends with a dot. */
static void add_labels(struct bolt_java_dotted *name, struct bolt_cursor text, enum numbers numbers)
{
	end_label(name, numbers);
	for (size_t i = 0; i < text.left; i++) {
		uint8_t c = text.p[i];

		if (name->len + 2 > sizeof(name->text)) {
			name->len = 0;
			return;
		}
		if (c == '-' || c == '_' || c == '.' || c == ' ')
			end_label(name, numbers);
		else
			name->text[name->len++] = (char) tolower(c);
	}
	end_label(name, numbers);
}

static struct bolt_java_dotted dotted(struct bolt_cursor text, enum numbers numbers)
{
	struct bolt_java_dotted name = { .len = 0 };

	add_labels(&name, text, numbers);
	if (name.len == 1)
		name.len = 0;
	return name;
}

static bool is_same(const struct bolt_java_dotted *a, const struct bolt_java_dotted *b)
{
	return a->len > 0 && a->len == b->len && memcmp(a->text, b->text, a->len) == 0;
}

static bool starts(const struct bolt_java_dotted *name, const struct bolt_java_dotted *with)
{
	return with->len > 0 && name->len >= with->len && memcmp(name->text, with->text, with->len) == 0;
}

static bool ends(const struct bolt_java_dotted *name, const struct bolt_java_dotted *with)
{
	return with->len > 0 && name->len >= with->len && memcmp(name->text + name->len - with->len, with->text, with->len) == 0;
}

void bolt_java_clues(struct bolt_cursor stem, struct bolt_cursor package, const struct bolt_java_manifest *manifest,
		     struct bolt_java_clues *ret_clues)
{
	const struct bolt_cursor *values = manifest->values;
	struct bolt_cursor bundle = values[BOLT_JAVA_BUNDLE_SYMBOLIC_NAME], name = bolt_cursor(NULL, 0), version;
	struct bolt_java_clues clues = { .stem = stem, .title = dotted(values[BOLT_JAVA_IMPLEMENTATION_TITLE], WITH_NUMBERS) };

	(void) bolt_take_until(&bundle, ';', &name); /* empty stays empty */
	bolt_trim(&name);
	bolt_java_split_name(stem, &clues.artifact, &version);
	clues.dotted_stem = dotted(stem, WITH_NUMBERS);
	clues.dotted_artifact = dotted(clues.artifact, WITH_NUMBERS);
	clues.plain_artifact = dotted(clues.artifact, WITHOUT_NUMBERS);
	const struct bolt_cursor spaces[BOLT_JAVA_SPACES] = { name, values[BOLT_JAVA_AUTOMATIC_MODULE_NAME],
							      values[BOLT_JAVA_IMPLEMENTATION_VENDOR_ID],
							      values[BOLT_JAVA_GROUP_ID], package };
	const struct bolt_cursor versions[] = { version, values[BOLT_JAVA_PLUGIN_VERSION], values[BOLT_JAVA_IMPLEMENTATION_VERSION],
						values[BOLT_JAVA_BUNDLE_VERSION] };
	clues.silent = clues.title.len == 0;
	for (size_t i = 0; i < BOLT_JAVA_SPACES; i++) {
		clues.spaces[i] = dotted(spaces[i], WITH_NUMBERS);
		clues.silent = clues.silent && spaces[i].left == 0;
	}
	memcpy(clues.versions, versions, sizeof(versions));
	*ret_clues = clues;
}

/* "1.3" and "1.3.0" agree, "3.x" and "3.8.7", "31.1.0.jre" and "31.1-jre"; "1" and "10" do not. Only numbers are compared. */
static bool is_same_version(struct bolt_cursor a, struct bolt_cursor b)
{
	size_t n = 0;

	while (n < a.left && n < b.left && a.p[n] == b.p[n] && (isdigit(a.p[n]) || a.p[n] == '.'))
		n++;
	bool a_goes_on = n < a.left && isdigit(a.p[n]), b_goes_on = n < b.left && isdigit(b.p[n]);
	bool after_dot = n > 0 && a.p[n - 1] == '.';

	return n > 0 && !(a_goes_on && b_goes_on) && (after_dot || !(a_goes_on || b_goes_on));
}

/* Does any version the archive states agree, or does it state none? */
static bool may_be_version(const struct bolt_java_clues *clues, const char *version)
{
	bool stated = false;

	for (size_t i = 0; i < BOLT_ARRAY_LEN(clues->versions); i++) {
		if (clues->versions[i].left == 0 || !isdigit(clues->versions[i].p[0]))
			continue;
		stated = true;
		if (is_same_version(clues->versions[i], bolt_cursor(version, strlen(version))))
			return true;
	}
	return !stated || !*version;
}

/* ARTIFACT or ARTIFACT-VERSION, or ARTIFACT and some other version. */
static bool is_named_after(const struct bolt_java_clues *clues, const char *artifact, const char *version)
{
	struct bolt_cursor rest = clues->stem;

	if (bolt_take_prefix(&rest, artifact) &&
	    (rest.left == 0 || (bolt_take_prefix(&rest, "-") && bolt_cursor_starts(rest, *version ? version : "."))))
		return true;
	return bolt_cursor_is(clues->artifact, artifact);
}

enum bolt_java_fit bolt_java_fit(const struct bolt_java_clues *clues, const char *group, const char *artifact, const char *version)
{
	struct bolt_cursor group_text = bolt_cursor(group, strlen(group)), artifact_text = bolt_cursor(artifact, strlen(artifact));

	if (!*artifact)
		return BOLT_JAVA_FIT_NONE;
	if (is_named_after(clues, artifact, version))
		return BOLT_JAVA_FIT_EXACT;
	struct bolt_java_dotted name = dotted(artifact_text, WITH_NUMBERS), plain = dotted(artifact_text, WITHOUT_NUMBERS);
	struct bolt_java_dotted space = dotted(group_text, WITH_NUMBERS), whole = space;
	const struct bolt_java_dotted *bundle = &clues->spaces[0], *module = &clues->spaces[1];

	if (space.len > 0)
		add_labels(&whole, artifact_text, WITH_NUMBERS);
	if (is_same(&name, &clues->dotted_stem) || is_same(&name, &clues->dotted_artifact) ||
	    is_same(&whole, &clues->dotted_artifact) || is_same(&name, bundle) || is_same(&whole, bundle) ||
	    is_same(&whole, module))
		return BOLT_JAVA_FIT_NAME;
	if (!may_be_version(clues, version))
		return BOLT_JAVA_FIT_NONE;
	if (is_same(&plain, &clues->plain_artifact) || ends(&name, &clues->dotted_artifact) || ends(&clues->title, &name) ||
	    ends(bundle, &name) || ends(module, &name) || starts(bundle, &whole) || starts(module, &whole))
		return BOLT_JAVA_FIT_LOOSE;
	for (size_t i = 0; i < BOLT_JAVA_SPACES; i++) {
		if (starts(&clues->spaces[i], &space))
			return BOLT_JAVA_FIT_GROUP;
	}
	return BOLT_JAVA_FIT_NONE;
}
