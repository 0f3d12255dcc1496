/**
 * Registers namespaces of content.
 */
import { status } from "@grpc/grpc-js";
import { type Connection, isGrpcServiceError } from "@temporalio/client";
import { defined } from "../../../platform/defined.ts";
import { secondsIn } from "../../input.ts";
import { duration } from "../../../clients/wire.ts";
import type { NamespaceDefinition } from "../definition.ts";

/** Retention of a new namespace whose definition does not say: the same as in a stack's config (config/schema.ts). */
const defaultRetention = secondsIn("30d");

/** Registers a namespace, or updates one that exists with all that the definition says. Gives what was done. */
export async function putNamespace(
  { workflowService }: Pick<Connection, "workflowService">,
  { name, retention, description, owner, data }: NamespaceDefinition,
): Promise<"registered" | "updated"> {
  const about = defined({ description, ownerEmail: owner, data });
  try {
    await workflowService.registerNamespace({
      namespace: name,
      workflowExecutionRetentionPeriod: duration(retention ?? defaultRetention),
      ...about,
    });
    return "registered";
  } catch (error) {
    if (!isGrpcServiceError(error) || error.code !== status.ALREADY_EXISTS) throw error;
  }
  await workflowService.updateNamespace({
    namespace: name,
    updateInfo: about,
    ...(retention === undefined
      ? {}
      : { config: { workflowExecutionRetentionTtl: duration(retention) } }),
  });
  return "updated";
}
