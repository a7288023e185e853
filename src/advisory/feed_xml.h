/* XML that strangers wrote, front to back, in bounded memory: no document type, so no entities but the five of XML itself, and
 * nothing that lies outside the document is ever opened. */
#pragma once

#include <stddef.h>

#include "core/err.h"
#include "core/macros.h"
#include "core/reader.h"

/* Names are without their namespace's prefix. What is passed is borrowed for the call. Each returns 0 or a negative errno with err
 * set, which ends the reading with it. */
struct bolt_xml_handler {
	/* An element begins. attributes: name, value, name, value ..., NULL. */
	int (*open)(void *context, const char *name, const char *const *attributes, struct bolt_err *err);
	/* It ends. text: what stands in it after its last child (all of it, when it has none), without blanks around it. */
	int (*close)(void *context, const char *name, const char *text, struct bolt_err *err);
};

/* The value of an attribute, or NULL. */
const char *bolt_xml_attribute(const char *const *attributes, const char *name);

/* 0 | -EBADMSG (not well-formed, cut off, or with a document type) | -E2BIG (a bound of limits.h) | -ENOMEM | what reader or
 * handler failed with. */
BOLT_MUST_CHECK int bolt_xml_read(struct bolt_reader *reader, const struct bolt_xml_handler *handler, void *context,
				  struct bolt_err *err);
