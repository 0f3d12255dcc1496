/**
 * The dashboard of the gateway.
 */
import type { Scope } from "../figures/figure.ts";
import { gatewayBackendFigures, gatewayRequestFigures } from "../figures/gateway.ts";
import type { Dashboard } from "./dashboard.ts";

/** The dashboard of a cluster's gateways. */
export function gatewayDashboard(scope: Scope): Dashboard {
  return {
    name: "gateway",
    title: "gateway",
    choices: [],
    rows: [
      { title: "From outside", figures: gatewayRequestFigures(scope) },
      { title: "To the cluster", figures: gatewayBackendFigures(scope) },
    ],
  };
}
