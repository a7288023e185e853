#include "cli/commands.h"
int cli_diff(const struct cli_options *options)
{
	(void) options;
	return CLI_FAILED;
}
