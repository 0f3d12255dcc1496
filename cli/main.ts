/**
 * The command `resource-temporal`, which the npm scripts run as well. Commands are declared in program/ and are in commands/, one file for each.
 */
import { describeError } from "../offline/user-error.ts";
import { createProgram } from "./program/index.ts";

// An empty variable names no stack; commander would take it for one.
if (process.env["PULUMI_STACK"] === "") delete process.env["PULUMI_STACK"];

try {
  const npm = process.env["npm_lifecycle_event"] !== undefined;
  await createProgram(npm ? "npm run" : "resource-temporal").parseAsync();
} catch (error) {
  console.error(describeError(error));
  process.exitCode = 1;
}
