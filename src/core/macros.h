/* Shorthands every room uses. Nothing here allocates, blocks or does I/O. */
#pragma once

#include <stddef.h>

#define BOLT_MUST_CHECK __attribute__((warn_unused_result))
#define BOLT_CLEANUP(function) __attribute__((cleanup(function)))
#define BOLT_PRINTF(format_at, first_at) __attribute__((format(printf, format_at, first_at)))

/* Ownership moves out of `pointer`, which becomes NULL, so its cleanup does nothing. */
#define BOLT_TAKE(pointer) \
	__extension__({ \
		__typeof__(pointer) taken_ = (pointer); \
		(pointer) = NULL; \
		taken_; \
	})

#define BOLT_ARRAY_LEN(array) (sizeof(array) / sizeof((array)[0]))

/* Drops the result of a function that says it must be looked at (a cast to void does not, for gcc). Say why beside it. */
#define BOLT_IGNORE(call) \
	__extension__({ \
		__typeof__(call) ignored_ = (call); \
		(void) ignored_; \
	})

/* Defines FUNCTIONp(POINTER_TYPE *object), the form BOLT_CLEANUP wants, from a destructor that accepts NULL. */
#define BOLT_DEFINE_CLEANUP(pointer_type, function) \
	__attribute__((unused)) static inline void function##p(pointer_type *object) \
	{ \
		function(*object); \
		*object = NULL; \
	}
