/**
 * `resource-temporal workflow list`.
 */
import { defined } from "../../../platform/defined.ts";
import type { FrontendChoice } from "../../gateway.ts";
import { limited, warnOfMore } from "../../limited.ts";
import { shown } from "../../output.ts";
import { withWorkflows } from "./client.ts";
import { workflowsText, workflowSummary } from "./description.ts";

/** Which workflows are listed. */
export interface ListOptions {
  /** A visibility query; all when left out. */
  readonly query?: string;
  readonly limit: number;
  readonly format: "text" | "json";
}

/** The most that the server gives at once (`frontend.visibilityMaxPageSize`). */
const maxPageSize = 1000;

/** Lists workflows, the latest first; the server's list learns of changes after some seconds. Gives the exit code. */
export async function listWorkflows(
  choice: FrontendChoice,
  { query, limit, format }: ListOptions,
): Promise<number> {
  const found = await withWorkflows(choice, (workflows) =>
    limited(
      workflows.list({
        // One more tells whether there are more.
        pageSize: Math.min(limit + 1, maxPageSize),
        ...defined({ query }),
      }),
      limit,
    ),
  );
  const summaries = found.items.map(({ raw }) => workflowSummary(raw));
  console.log(shown(summaries, format, workflowsText));
  warnOfMore(found);
  return 0;
}
