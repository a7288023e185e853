/* Every bound of this room, with its reason. */
#pragma once

#include "core/bound.h"
