/**
 * The provider plugin `temporal`: what this program needs of an engine or of the stack's memory and no published provider has.
 */
import { serve } from "../protocol/serve.ts";
import { registry } from "./registry.ts";
import { task } from "./task.ts";

void serve({
  version: "0.1.0",
  types: { "temporal:docker:Task": task, "temporal:cluster:Registry": registry },
});
