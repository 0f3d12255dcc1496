/**
 * `resource-temporal namespace`.
 */
import { status } from "@grpc/grpc-js";
import { type Connection, isGrpcServiceError } from "@temporalio/client";
import { defined } from "../../platform/defined.ts";
import { frontendReason } from "../../clients/temporal.ts";
import { UserError } from "../../offline/user-error.ts";
import { type ClusterChoice, missingNamespace, withFrontend } from "../gateway.ts";
import { limited, warnOfMore } from "../limited.ts";
import {
  namespaceDescription,
  type NamespaceDescription,
  namespacesText,
  namespaceText,
  searchAttributeTypes,
} from "../namespaces/description.ts";
import { systemNamespace } from "../namespaces/input.ts";
import { durationText, shown } from "../output.ts";
import { duration } from "../../clients/wire.ts";

/** What a namespace may be told to be. */
export interface NamespaceSettings {
  readonly name: string;
  /** How long closed workflows are kept, in seconds. */
  readonly retention?: number;
  readonly description?: string;
  /** E-mail address. */
  readonly owner?: string;
  readonly data?: Readonly<Record<string, string>>;
}

/**
 * Makes a namespace. Gives the exit code.
 *
 * @throws UserError when there is one of this name.
 */
export async function registerNamespace(
  choice: ClusterChoice,
  { name, retention, description, owner, data }: NamespaceSettings & { readonly retention: number },
): Promise<number> {
  await withFrontend(choice, async ({ connection }) => {
    try {
      await connection.workflowService.registerNamespace({
        namespace: name,
        workflowExecutionRetentionPeriod: duration(retention),
        description: description ?? "",
        ownerEmail: owner ?? "",
        data: data ?? {},
      });
    } catch (error) {
      if (!isGrpcServiceError(error) || error.code !== status.ALREADY_EXISTS) throw error;
      throw new UserError(
        `namespace ${name} exists already: use \`resource-temporal namespace update --name ${name}\``,
      );
    }
  });
  console.log(
    `namespace ${name} is registered, and keeps closed workflows for ${durationText(retention)}`,
  );
  return 0;
}

/**
 * Changes what is named of a namespace, and nothing else; data is added to what there is. Gives the exit code.
 *
 * @throws UserError when nothing is named, or there is no such namespace.
 */
export async function updateNamespace(
  choice: ClusterChoice,
  { name, retention, description, owner, data }: NamespaceSettings,
): Promise<number> {
  const info = {
    ...defined({ description, ownerEmail: owner, data }),
  };
  const changed = [...Object.keys(info), ...(retention === undefined ? [] : ["retention"])];
  if (changed.length === 0) {
    throw new UserError(
      `nothing of namespace ${name} would change: name --retention, --description, --owner or --data`,
    );
  }
  await withFrontend(choice, async ({ connection }) =>
    ofNamed(name, () =>
      connection.workflowService.updateNamespace({
        namespace: name,
        updateInfo: info,
        ...(retention === undefined
          ? {}
          : { config: { workflowExecutionRetentionTtl: duration(retention) } }),
      }),
    ),
  );
  console.log(`namespace ${name} is updated`);
  return 0;
}

/**
 * Shows everything about a namespace. Gives the exit code.
 *
 * @throws UserError when there is none of this name.
 */
export async function describeNamespace(
  choice: ClusterChoice,
  { name, format }: { readonly name: string; readonly format: "text" | "json" },
): Promise<number> {
  const description = await withFrontend(choice, ({ connection }) =>
    describedNamespace(connection, name),
  );
  console.log(shown(description, format, namespaceText));
  return 0;
}

/** What is asked of a frontend. */
interface Services {
  readonly workflowService: Pick<Connection["workflowService"], "describeNamespace">;
  readonly operatorService: Pick<Connection["operatorService"], "listSearchAttributes">;
}

/** A namespace with its search attributes; a gateway may refuse those, and a warning says so. */
export async function describedNamespace(
  { workflowService, operatorService }: Services,
  name: string,
): Promise<NamespaceDescription> {
  const answer = await ofNamed(name, () => workflowService.describeNamespace({ namespace: name }));
  const description = namespaceDescription(answer);
  try {
    const { customAttributes } = await operatorService.listSearchAttributes({ namespace: name });
    return { ...description, searchAttributes: searchAttributeTypes(customAttributes) };
  } catch (error) {
    console.error(
      `warning: the search attributes are not known: OperatorService says "${frontendReason(error)}"; gateway.operatorService of the cluster says whether the gateway serves it`,
    );
    return description;
  }
}

/** Lists namespaces, with the server's own one only when all are wanted. Gives the exit code. */
export async function listNamespaces(
  choice: ClusterChoice,
  {
    limit,
    all = false,
    format,
  }: { readonly limit: number; readonly all?: boolean; readonly format: "text" | "json" },
): Promise<number> {
  const found = await withFrontend(choice, ({ connection }) =>
    limited(namespacesOf(connection, all), limit),
  );
  console.log(shown(found.items, format, namespacesText));
  warnOfMore(found);
  return 0;
}

async function* namespacesOf(
  { workflowService }: Connection,
  all: boolean,
): AsyncGenerator<NamespaceDescription> {
  let nextPageToken: Uint8Array = new Uint8Array();
  do {
    const page = await workflowService.listNamespaces({ nextPageToken });
    for (const answer of page.namespaces) {
      const one = namespaceDescription(answer);
      if (all || one.name !== systemNamespace) yield one;
    }
    ({ nextPageToken } = page);
  } while (nextPageToken.length > 0);
}

/** Does something with a namespace that must be there. */
async function ofNamed<T>(name: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isGrpcServiceError(error) || error.code !== status.NOT_FOUND) throw error;
    throw missingNamespace(name);
  }
}
