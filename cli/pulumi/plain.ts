/**
 * Plain `pulumi` in this checkout, started by cli/bin/pulumi: the CLI, with the stack files left as they were committed.
 */
import { pathsOf } from "../../offline/paths.ts";
import { runAttached } from "./run.ts";
import { keepingStackFiles } from "./stack-file.ts";

const { project, pulumiBin } = pathsOf(process.env);
const pulumi = process.env["TEMPORAL_PLATFORM_PULUMI"] ?? `${pulumiBin}/pulumi`;

process.exitCode = await keepingStackFiles(project, () =>
  runAttached(pulumi, process.argv.slice(2), { cwd: process.cwd(), env: process.env }),
);
