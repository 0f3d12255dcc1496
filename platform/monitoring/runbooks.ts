/**
 * Where it is written what to do about an alert.
 */

/** The runbooks' place when the config names no other one: in the checkout. */
export const defaultRunbooks = "docs/runbooks/alerts.md";
