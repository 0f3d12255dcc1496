/**
 * The plugin `random`, for machines that cannot download the vendor's: the one resource that the program makes, with the vendor's name and defaults.
 */
import { serve } from "../../../providers/protocol/serve.ts";
import { randomPassword } from "./password.ts";
import { version } from "./version.ts";

await serve({ version, types: { "random:index/randomPassword:RandomPassword": randomPassword } });
