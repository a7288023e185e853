#include "inventory/java_manifest.h"

#include <errno.h>
#include <string.h>

static const char *const names[BOLT_JAVA_FIELDS] = {
	[BOLT_JAVA_IMPLEMENTATION_TITLE] = "Implementation-Title",
	[BOLT_JAVA_IMPLEMENTATION_VERSION] = "Implementation-Version",
	[BOLT_JAVA_IMPLEMENTATION_VENDOR_ID] = "Implementation-Vendor-Id",
	[BOLT_JAVA_SPECIFICATION_VERSION] = "Specification-Version",
	[BOLT_JAVA_BUNDLE_SYMBOLIC_NAME] = "Bundle-SymbolicName",
	[BOLT_JAVA_BUNDLE_VERSION] = "Bundle-Version",
	[BOLT_JAVA_BUNDLE_LICENSE] = "Bundle-License",
	[BOLT_JAVA_AUTOMATIC_MODULE_NAME] = "Automatic-Module-Name",
	[BOLT_JAVA_GROUP_ID] = "Group-Id",
	[BOLT_JAVA_ARTIFACT_ID] = "Artifact-Id",
	[BOLT_JAVA_SHORT_NAME] = "Short-Name",
	[BOLT_JAVA_PLUGIN_VERSION] = "Plugin-Version",
};

/* Copies the main section, which an empty line ends, with continued lines joined. */
static int unfold(struct bolt_cursor file, struct bolt_buf *text)
{
	struct bolt_cursor line;
	int r = 0;

	while (r == 0 && bolt_take_line(&file, &line) && line.left > 0) {
		bool continues = line.p[0] == ' ';

		if (!continues)
			r = bolt_buf_add(text, "\n", 1);
		if (r == 0)
			r = bolt_buf_add(text, line.p + continues, line.left - continues);
	}
	return r;
}

int bolt_java_manifest_read(struct bolt_cursor file, struct bolt_java_manifest *ret_manifest)
{
	struct bolt_java_manifest manifest = { .text = BOLT_BUF_INIT(file.left + 1) };
	int r = unfold(file, &manifest.text);
	struct bolt_cursor text = bolt_cursor(manifest.text.data, manifest.text.len), line, name;

	if (r < 0) {
		bolt_buf_done(&manifest.text);
		return -ENOMEM;
	}
	while (bolt_take_line(&text, &line)) {
		if (!bolt_take_until(&line, ':', &name))
			continue;
		bolt_trim(&line);
		for (size_t i = 0; i < BOLT_JAVA_FIELDS; i++) {
			if (name.left == strlen(names[i]) && strncasecmp((const char *) name.p, names[i], name.left) == 0)
				manifest.values[i] = line;
		}
	}
	*ret_manifest = manifest;
	return 0;
}

void bolt_java_manifest_done(struct bolt_java_manifest *manifest)
{
	bolt_buf_done(&manifest->text);
	*manifest = (struct bolt_java_manifest){ 0 };
}
