/**
 * Who calls, as the server keeps it.
 */
import { hostname } from "node:os";

/** This program on this machine, such as `resource-temporal@laptop`: the same each time, unlike the SDK's, which has the process's number. */
export function ownIdentity(): string {
  return `resource-temporal@${hostname()}`;
}
