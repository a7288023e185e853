/* Strangers' texts inside markup: whatever they hold, they stay text. Control characters, what reorders or hides text, bytes that
 * are not UTF-8 and code points that are no characters become '?'. */
#pragma once

#include <stddef.h>

#include "core/out.h"

/* For XML and HTML, between tags (line ends stay) and in attributes in double quotes (line ends become blanks). NULL writes
 * nothing. */
void bolt_put_xml(struct bolt_out *out, const char *text);
void bolt_put_xml_attribute(struct bolt_out *out, const char *text);

/* For one line of GitHub's and GitLab's Markdown, also in a cell of a table: nothing in it is markup, a link, a mention or the
 * number of an issue. At most max columns (0: all), the last of which is '…' when something was cut. NULL writes nothing. */
void bolt_put_markdown(struct bolt_out *out, const char *text, size_t max);
