#include "report/licenses.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/cursor.h"

/* Debian: copyright-format 1.0 "License short name"; Fedora: the names before its change to SPDX; Python: trove classifiers' ends
 * that name one version ("Apache Software License" and "BSD License" do not), and the usual names in Maven's POMs. "Artistic" is
 * Perl's: Debian's /usr/share/common-licenses/Artistic, and "Same as Perl" of the Fedora list. */
static const struct alias {
	const char *text, *id;
} aliases[] = {
	{ "AGPL-3", "AGPL-3.0-only" },
	{ "AGPL-3+", "AGPL-3.0-or-later" },
	{ "AGPLv3", "AGPL-3.0-only" },
	{ "AGPLv3+", "AGPL-3.0-or-later" },
	{ "Apache 2.0", "Apache-2.0" },
	{ "Apache License 2.0", "Apache-2.0" },
	{ "Apache License, Version 2.0", "Apache-2.0" },
	{ "Apache Software License 2.0", "Apache-2.0" },
	{ "Apache-2", "Apache-2.0" },
	{ "Artistic", "Artistic-1.0-Perl" },
	{ "Artistic-2", "Artistic-2.0" },
	{ "ASL 2.0", "Apache-2.0" },
	{ "Boost", "BSL-1.0" },
	{ "Boost Software License 1.0 (BSL-1.0)", "BSL-1.0" },
	{ "BSL-1", "BSL-1.0" },
	{ "CC0", "CC0-1.0" },
	{ "CC0 1.0 Universal (CC0 1.0) Public Domain Dedication", "CC0-1.0" },
	{ "Eclipse Public License 1.0 (EPL-1.0)", "EPL-1.0" },
	{ "Eclipse Public License 2.0 (EPL-2.0)", "EPL-2.0" },
	{ "EFL-2", "EFL-2.0" },
	{ "European Union Public Licence 1.1 (EUPL 1.1)", "EUPL-1.1" },
	{ "European Union Public Licence 1.2 (EUPL 1.2)", "EUPL-1.2" },
	{ "Expat", "MIT" },
	{ "GFDL-1.1+", "GFDL-1.1-or-later" },
	{ "GFDL-1.2+", "GFDL-1.2-or-later" },
	{ "GFDL-1.3+", "GFDL-1.3-or-later" },
	{ "GFDL-NIV-1.2", "GFDL-1.2-no-invariants-only" },
	{ "GFDL-NIV-1.2+", "GFDL-1.2-no-invariants-or-later" },
	{ "GFDL-NIV-1.3", "GFDL-1.3-no-invariants-only" },
	{ "GFDL-NIV-1.3+", "GFDL-1.3-no-invariants-or-later" },
	{ "GNU Affero General Public License v3", "AGPL-3.0-only" },
	{ "GNU Affero General Public License v3 or later (AGPLv3+)", "AGPL-3.0-or-later" },
	{ "GNU General Public License v2 (GPLv2)", "GPL-2.0-only" },
	{ "GNU General Public License v2 or later (GPLv2+)", "GPL-2.0-or-later" },
	{ "GNU General Public License v3 (GPLv3)", "GPL-3.0-only" },
	{ "GNU General Public License v3 or later (GPLv3+)", "GPL-3.0-or-later" },
	{ "GNU Lesser General Public License v2 (LGPLv2)", "LGPL-2.0-only" },
	{ "GNU Lesser General Public License v2 or later (LGPLv2+)", "LGPL-2.0-or-later" },
	{ "GNU Lesser General Public License v3 (LGPLv3)", "LGPL-3.0-only" },
	{ "GNU Lesser General Public License v3 or later (LGPLv3+)", "LGPL-3.0-or-later" },
	{ "GPL-1", "GPL-1.0-only" },
	{ "GPL-1+", "GPL-1.0-or-later" },
	{ "GPL-2", "GPL-2.0-only" },
	{ "GPL-2+", "GPL-2.0-or-later" },
	{ "GPL-3", "GPL-3.0-only" },
	{ "GPL-3+", "GPL-3.0-or-later" },
	{ "GPLv2", "GPL-2.0-only" },
	{ "GPLv2+", "GPL-2.0-or-later" },
	{ "GPLv3", "GPL-3.0-only" },
	{ "GPLv3+", "GPL-3.0-or-later" },
	{ "ISC License", "ISC" },
	{ "ISC License (ISCL)", "ISC" },
	{ "LGPL-2", "LGPL-2.0-only" },
	{ "LGPL-2+", "LGPL-2.0-or-later" },
	{ "LGPL-3", "LGPL-3.0-only" },
	{ "LGPL-3+", "LGPL-3.0-or-later" },
	{ "LGPLv2", "LGPL-2.0-only" },
	{ "LGPLv2+", "LGPL-2.0-or-later" },
	{ "LGPLv3", "LGPL-3.0-only" },
	{ "LGPLv3+", "LGPL-3.0-or-later" },
	{ "LPPL-1.3+", "LPPL-1.3c" },
	{ "MIT License", "MIT" },
	{ "MIT No Attribution License (MIT-0)", "MIT-0" },
	{ "Mozilla Public License 1.1 (MPL 1.1)", "MPL-1.1" },
	{ "Mozilla Public License 2.0 (MPL 2.0)", "MPL-2.0" },
	{ "MPL-1", "MPL-1.0" },
	{ "MPL-2", "MPL-2.0" },
	{ "MPLv2.0", "MPL-2.0" },
	{ "PSF-2", "PSF-2.0" },
	{ "QPL-1", "QPL-1.0" },
	{ "The Apache License, Version 2.0", "Apache-2.0" },
	{ "The Apache Software License, Version 2.0", "Apache-2.0" },
	{ "The MIT License", "MIT" },
	{ "The Unlicense", "Unlicense" },
	{ "The Unlicense (Unlicense)", "Unlicense" },
	{ "Universal Permissive License (UPL)", "UPL-1.0" },
	{ "WTFPL-2", "WTFPL" },
	{ "Zero-Clause BSD (0BSD)", "0BSD" },
	{ "zlib License", "Zlib" },
	{ "ZPLv2.1", "ZPL-2.1" },
};

static int compare_name(const void *key, const void *item)
{
	return strcasecmp(key, *(const char *const *) item);
}

static int compare_alias(const void *key, const void *item)
{
	return strcasecmp(key, ((const struct alias *) item)->text);
}

const char *bolt_license_id(const char *text)
{
	const char *const *id = bsearch(text, bolt_license_ids, bolt_license_ids_len, sizeof(*bolt_license_ids), compare_name);

	if (id)
		return *id;
	const struct alias *alias = bsearch(text, aliases, BOLT_ARRAY_LEN(aliases), sizeof(*aliases), compare_alias);
	return alias ? alias->id : NULL;
}

/* The next word or parenthesis; false at the end. */
static bool next_word(struct bolt_cursor *c, struct bolt_cursor *ret_word)
{
	bolt_trim(c);
	if (c->left == 0)
		return false;
	size_t n = 0;
	while (n < c->left && !strchr(" \t()", c->p[n]))
		n++;
	return bolt_take_sub(c, n ? n : 1, ret_word) == 0;
}

static const char *operator_of(const char *word)
{
	static const char *const operators[] = { "AND", "OR", "WITH" };

	for (size_t i = 0; i < BOLT_ARRAY_LEN(operators); i++) {
		if (strcasecmp(word, operators[i]) == 0)
			return operators[i];
	}
	return NULL;
}

/* What may come next: a licence or '('; an operator or ')'; after WITH an exception. */
enum want { WANT_LICENSE, WANT_OPERATOR, WANT_EXCEPTION };

/* The canonical spelling of `word` where `want` is wanted, or NULL. Moves on *want and *depth. */
static const char *step(const char *word, enum want *want, unsigned *depth, bool after_with)
{
	const char *spelling = NULL;

	if (*want == WANT_EXCEPTION) {
		const char *const *found = bsearch(word, bolt_license_exceptions, bolt_license_exceptions_len,
						   sizeof(*bolt_license_exceptions), compare_name);
		*want = WANT_OPERATOR;
		return found ? *found : NULL;
	}
	if (*want == WANT_LICENSE) {
		if (strcmp(word, "(") == 0) {
			(*depth)++;
			return "(";
		}
		*want = WANT_OPERATOR;
		return bolt_license_id(word);
	}
	if (strcmp(word, ")") == 0)
		return *depth > 0 ? (*depth)--, ")" : NULL;
	spelling = operator_of(word);
	if (spelling && strcmp(spelling, "WITH") == 0) {
		*want = WANT_EXCEPTION;
		return after_with ? NULL : spelling;
	}
	*want = WANT_LICENSE;
	return spelling;
}

static int convert(const char *text, struct bolt_buf *buf, bool *ret_compound)
{
	struct bolt_cursor c = bolt_cursor(text, strlen(text)), piece;
	enum want want = WANT_LICENSE;
	unsigned depth = 0;
	size_t words = 0;
	bool glued = true, after_with = true; /* no blank before the first word and after '('; WITH only right after a licence */
	char word[128];

	while (next_word(&c, &piece)) {
		if (piece.left >= sizeof(word))
			return -EINVAL;
		memcpy(word, piece.p, piece.left);
		word[piece.left] = '\0';
		enum want wanted = want;
		const char *spelling = step(word, &want, &depth, after_with);
		if (!spelling)
			return -EINVAL;
		after_with = wanted != WANT_LICENSE || *spelling == '(';
		int r = bolt_buf_addf(buf, "%s%s", glued || *spelling == ')' ? "" : " ", spelling);
		if (r < 0)
			return r;
		glued = *spelling == '(';
		words++;
	}
	*ret_compound = words > 1;
	return want == WANT_OPERATOR && depth == 0 ? 0 : -EINVAL;
}

int bolt_license_expression(const char *text, struct bolt_buf *expression, bool *ret_compound)
{
	BOLT_CLEANUP(bolt_buf_done) struct bolt_buf converted = BOLT_BUF_INIT(SIZE_MAX / 4);
	const char *id = bolt_license_id(text); /* some aliases hold blanks */
	bool compound = false;
	int r = id ? bolt_buf_addf(&converted, "%s", id) : convert(text, &converted, &compound);

	if (r == 0)
		r = bolt_buf_add(expression, converted.data, converted.len);
	if (r == 0 && ret_compound)
		*ret_compound = compound;
	return r;
}
