/* The cataloger table as docs/catalogers.md shows it. tools/check_catalogers.py holds the document against this. */
#include <stdio.h>

#include "inventory/cataloger.h"
#include "inventory/sbom.h"

int main(void)
{
	printf("| Cataloger | purl type | Read in | What | Files |\n|---|---|---|---|---|\n");
	for (size_t i = 0; i < bolt_catalogers_len; i++) {
		const struct bolt_cataloger *row = bolt_catalogers[i];

		printf("| `%s` | %s | %s | %s |", row->name, *row->type ? row->type : "-",
		       row->where == BOLT_CATALOG_DECLARED ? "source trees" : "everything", row->summary);
		for (size_t k = 0; row->patterns && row->patterns[k]; k++)
			printf("%s `%s`", k ? "," : "", row->patterns[k]);
		printf("%s |\n", row->magic ? " any file, by its first bytes" : "");
	}
	return 0;
}
