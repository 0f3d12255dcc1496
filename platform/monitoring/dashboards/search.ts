/**
 * The dashboard of the search server as it sees itself, where it is scraped.
 */
import type { Scope } from "../figures/figure.ts";
import { moreSearchFigures, searchFigures } from "../figures/search.ts";
import type { Dashboard } from "./dashboard.ts";

/** The dashboard of OpenSearch or Elasticsearch. */
export function searchDashboard(scope: Scope): Dashboard {
  return {
    name: "search",
    title: "search server",
    choices: [],
    rows: [
      {
        title: "Search server",
        figures: [...searchFigures(scope), ...moreSearchFigures(scope)],
      },
    ],
  };
}
