/**
 * The frontend that a provider's objects are kept in.
 */
import type { Connection } from "@temporalio/client";

/**
 * Gives the connection; it is made at the first call, and shared by all objects of one provider.
 *
 * @throws Error with one line when it cannot be made.
 */
export type Frontend = () => Promise<Connection>;
