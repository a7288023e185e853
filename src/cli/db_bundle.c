#include "cli/commands.h"
#include "advisory/bundle_update.h"
int cli_db_import_bundle(const struct cli_options *options)
{
	(void) options;
	return CLI_FAILED;
}
int cli_db_export(const struct cli_options *options)
{
	(void) options;
	return CLI_FAILED;
}
int cli_db_keygen(const struct cli_options *options)
{
	(void) options;
	return CLI_FAILED;
}
int bolt_bundle_update(const struct bolt_bundle_update *update, struct bolt_bundle_update_result *ret_result,
				       struct bolt_err *err)
{
	(void) update;
	(void) ret_result;
	(void) err;
	return -1;
}
