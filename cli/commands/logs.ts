/**
 * `resource-temporal logs`.
 */
import { defined } from "../../platform/defined.ts";
import { pathsOf } from "../../offline/paths.ts";
import { UserError } from "../../offline/user-error.ts";
import { observedClusters } from "../observe/index.ts";
import { writeLogs } from "../observe/logs.ts";
import { readStackFile } from "../pulumi/stack-file.ts";

/** Which lines `logs` shows. */
export interface LogsOptions {
  /** One workload, such as `history`; all by default. */
  readonly role?: string;
  readonly tail: number;
  readonly follow?: boolean;
  readonly sinceSeconds?: number;
  /** Only lines that mention this workflow. */
  readonly workflowId?: string;
  /** One cluster; all by default. */
  readonly cluster?: string;
}

/**
 * Writes what a stack's containers have written. Gives 2 when there is none.
 *
 * @throws UserError when no container has the role.
 */
export async function logs(stack: string, options: LogsOptions): Promise<number> {
  const text = await readStackFile(pathsOf(process.env).project, stack);
  const { role, tail, follow = false, cluster } = options;
  const observed = observedClusters(stack, text, process.env, cluster);
  const all = (await Promise.all(observed.map((one) => one.logs()))).flat();
  const sources = all.filter(({ component }) => role === undefined || component === role);
  if (sources.length === 0 && all.length > 0) {
    const roles = [...new Set(all.map(({ component }) => component))].sort().join(", ");
    throw new UserError(`nothing runs as ${role ?? ""}: name one of ${roles} by --role`);
  }
  const end = new AbortController();
  const interrupt = (): void => {
    end.abort();
  };
  process.once("SIGINT", interrupt).once("SIGTERM", interrupt);
  try {
    const { sinceSeconds, workflowId } = options;
    const wanted = {
      ...{ tail, follow, signal: end.signal },
      ...defined({ sinceSeconds, workflowId }),
    };
    const count = await writeLogs(sources, wanted, (line) => {
      process.stdout.write(`${line}\n`);
    });
    if (count > 0) return 0;
    console.error(
      sources.length === 0 ? `stack ${stack} does not run: npm run up` : "there is no such line",
    );
    return 2;
  } finally {
    process.off("SIGINT", interrupt).off("SIGTERM", interrupt);
  }
}
