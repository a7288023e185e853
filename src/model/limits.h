/* Every bound of this room, with its reason. */
#pragma once

/* A package URL as text. The longest seen in public SBOMs is under 1 kB; deep Go module paths stay below 2 kB. */
#define BOLT_PURL_MAX (64u << 10)

/* Qualifiers of one package URL. The registered types know at most six. */
#define BOLT_PURL_QUALIFIERS_MAX 32u
