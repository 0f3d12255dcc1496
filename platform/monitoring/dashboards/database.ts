/**
 * The dashboards of the database: as the server sees it, and as PostgreSQL sees itself.
 */
import type { Scope } from "../figures/figure.ts";
import {
  persistenceErrors,
  persistenceFigures,
  persistenceLatency,
} from "../figures/persistence.ts";
import { morePostgresFigures, postgresFigures } from "../figures/postgres.ts";
import type { Dashboard } from "./dashboard.ts";

/** The dashboard of what the server sees of its database. */
export function databaseDashboard(scope: Scope): Dashboard {
  return {
    name: "database",
    title: "database, as the server sees it",
    choices: [],
    rows: [
      {
        title: "Operations of the server",
        figures: [
          persistenceLatency(scope),
          persistenceErrors(scope),
          ...persistenceFigures(scope),
        ],
      },
    ],
  };
}

/** The dashboard of PostgreSQL, where it is scraped. */
export function postgresDashboard(scope: Scope): Dashboard {
  return {
    name: "postgres",
    title: "PostgreSQL",
    choices: [],
    rows: [
      {
        title: "PostgreSQL",
        figures: [...postgresFigures(scope), ...morePostgresFigures(scope)],
      },
    ],
  };
}
