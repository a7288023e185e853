#include "inventory/cataloger.h"

#include <string.h>

/* One line a row, in the order of documentation. */
extern const struct bolt_cataloger bolt_cataloger_os_release;
extern const struct bolt_cataloger bolt_cataloger_os_older;
extern const struct bolt_cataloger bolt_cataloger_dpkg;
extern const struct bolt_cataloger bolt_cataloger_dpkg_files;
extern const struct bolt_cataloger bolt_cataloger_dpkg_copyright;

const struct bolt_cataloger *const bolt_catalogers[] = {
	&bolt_cataloger_os_release, &bolt_cataloger_os_older,       &bolt_cataloger_dpkg,
	&bolt_cataloger_dpkg_files, &bolt_cataloger_dpkg_copyright,
};
const size_t bolt_catalogers_len = BOLT_ARRAY_LEN(bolt_catalogers);

const struct bolt_cataloger *bolt_cataloger_named(const char *name)
{
	for (size_t i = 0; i < bolt_catalogers_len; i++) {
		if (strcmp(bolt_catalogers[i]->name, name) == 0)
			return bolt_catalogers[i];
	}
	return NULL;
}
