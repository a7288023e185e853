#include "advisory/feed_xml.h"

#include <errno.h>
#include <expat.h>
#include <limits.h>
#include <string.h>

#include "advisory/limits.h"
#include "core/buf.h"
#include "core/hash64.h"

struct xml {
	XML_Parser parser;
	const struct bolt_xml_handler *handler;
	void *context;
	struct bolt_err *err;
	struct bolt_buf text;
	unsigned depth;
	int failed;
};

static void fail(struct xml *xml, int r)
{
	if (xml->failed == 0)
		xml->failed = r;
	(void) XML_StopParser(xml->parser, XML_FALSE); /* refused only when it has stopped already */
}

static const char *local_name(const char *name)
{
	const char *colon = strrchr(name, ':');

	return colon ? colon + 1 : name;
}

static void XMLCALL on_open(void *context, const XML_Char *name, const XML_Char **attributes)
{
	struct xml *xml = context;

	if (xml->failed)
		return;
	if (++xml->depth > BOLT_XML_DEPTH_MAX) {
		fail(xml, bolt_err_set(xml->err, -E2BIG, "elements nest deeper than %u; " BOLT_BOUND_HINT, BOLT_XML_DEPTH_MAX));
		return;
	}
	bolt_buf_clear(&xml->text);
	int r = xml->handler->open(xml->context, local_name(name), attributes, xml->err);
	if (r < 0)
		fail(xml, r);
}

/* The text without blanks around it, NUL-terminated. */
static const char *trimmed(struct bolt_buf *text)
{
	static const char blanks[] = " \t\r\n";
	char *start = (char *) text->data;

	if (!start)
		return "";
	while (text->len > 0 && strchr(blanks, start[text->len - 1]))
		start[--text->len] = '\0';
	return start + strspn(start, blanks);
}

static void XMLCALL on_close(void *context, const XML_Char *name)
{
	struct xml *xml = context;

	if (xml->failed)
		return;
	xml->depth--;
	int r = xml->handler->close(xml->context, local_name(name), trimmed(&xml->text), xml->err);
	if (r < 0)
		fail(xml, r);
	bolt_buf_clear(&xml->text);
}

static void XMLCALL on_text(void *context, const XML_Char *text, int len)
{
	struct xml *xml = context;

	if (xml->failed)
		return;
	int r = bolt_buf_add(&xml->text, text, (size_t) len);
	if (r == -E2BIG)
		r = bolt_err_set(xml->err, r, "a text of more than %u bytes; " BOLT_BOUND_HINT, BOLT_XML_TEXT_MAX);
	if (r < 0)
		fail(xml, r);
}

static void XMLCALL on_document_type(void *context, const XML_Char *name, const XML_Char *system_id, const XML_Char *public_id,
				     int has_internal_subset)
{
	struct xml *xml = context;

	(void) name, (void) system_id, (void) public_id, (void) has_internal_subset;
	fail(xml, bolt_err_set(xml->err, -EBADMSG, "it declares a document type, which no feed does"));
}

const char *bolt_xml_attribute(const char *const *attributes, const char *name)
{
	for (; *attributes; attributes += 2) {
		if (strcmp(local_name(attributes[0]), name) == 0)
			return attributes[1];
	}
	return NULL;
}

static int parse_error(struct xml *xml)
{
	enum XML_Error code = XML_GetErrorCode(xml->parser);

	if (xml->failed)
		return xml->failed;
	if (code == XML_ERROR_NO_MEMORY)
		return -ENOMEM;
	return bolt_err_set(xml->err, -EBADMSG, "not well-formed XML at line %lu: %s",
			    (unsigned long) XML_GetCurrentLineNumber(xml->parser), XML_ErrorString(code));
}

static int feed_block(struct xml *xml, const uint8_t *block, size_t len, uint64_t *fed)
{
	while (len > 0) {
		size_t n = len < BOLT_XML_STEP ? len : BOLT_XML_STEP;

		if (XML_Parse(xml->parser, (const char *) block, (int) n, 0) != XML_STATUS_OK)
			return parse_error(xml);
		block += n;
		len -= n;
		*fed += n;
		/* expat keeps a tag until it is whole, however long it is */
		XML_Index at = XML_GetCurrentByteIndex(xml->parser);
		if (at >= 0 && *fed > (uint64_t) at && *fed - (uint64_t) at > BOLT_XML_TAG_MAX)
			return bolt_err_set(xml->err, -E2BIG, "a tag of more than %u bytes; " BOLT_BOUND_HINT, BOLT_XML_TAG_MAX);
	}
	return 0;
}

static int feed_all(struct xml *xml, struct bolt_reader *reader)
{
	const uint8_t *block;
	uint64_t fed = 0;
	ssize_t n;

	while ((n = bolt_read_next(reader, &block, xml->err)) > 0) {
		int r = feed_block(xml, block, (size_t) n, &fed);
		if (r < 0)
			return r;
	}
	if (n < 0)
		return (int) n;
	return XML_Parse(xml->parser, "", 0, 1) == XML_STATUS_OK ? 0 : parse_error(xml);
}

int bolt_xml_read(struct bolt_reader *reader, const struct bolt_xml_handler *handler, void *context, struct bolt_err *err)
{
	struct xml xml = {
		.parser = XML_ParserCreate("UTF-8"),
		.handler = handler,
		.context = context,
		.err = err,
		.text = BOLT_BUF_INIT(BOLT_XML_TEXT_MAX),
	};

	if (!xml.parser)
		return -ENOMEM;
	/* given, so that expat need not ask the system for one where that is no longer allowed */
	XML_SetHashSalt(xml.parser, (unsigned long) bolt_hash64("expat", 5) | 1);
	XML_SetUserData(xml.parser, &xml);
	XML_SetElementHandler(xml.parser, on_open, on_close);
	XML_SetCharacterDataHandler(xml.parser, on_text);
	XML_SetStartDoctypeDeclHandler(xml.parser, on_document_type);
	int r = feed_all(&xml, reader);
	bolt_buf_done(&xml.text);
	XML_ParserFree(xml.parser);
	return r;
}
