/**
 * The resource `temporal:index:Namespace`.
 */
import { status } from "@grpc/grpc-js";
import type { Connection } from "@temporalio/client";
import { z } from "zod";
import { defined } from "../../../platform/defined.ts";
import { duration, nameIn, secondsOf } from "../../../clients/wire.ts";
import { changes } from "../../protocol/diff.ts";
import type { CheckFailure, ResourceType } from "../../protocol/provider.ts";
import { schemaFailures } from "../../protocol/schema.ts";
import type { Properties } from "../../protocol/values.ts";
import { inPlaceBut } from "./differences.ts";
import { existingSchema, isDeleted, onRemoveSchema, refusal } from "./existing.ts";
import { foundBeforehand } from "./beforehand.ts";
import { codeOf, inWords, until } from "./calls.ts";
import type { Frontend } from "./frontend.ts";
import { inTurn } from "./turns.ts";

const archivalSchema = z.object({
  state: z.enum(["enabled", "disabled"]),
  /** The cluster's own when left out. */
  uri: z.string().exactOptional(),
});

const namespaceSchema = z.object({
  name: z.string().min(1),
  retentionSeconds: z
    .int()
    .min(3600, "must be at least an hour (system.namespaceMinRetentionLocal)"),
  // What is left out stays as it is.
  description: z.string().exactOptional(),
  owner: z.string().exactOptional(),
  data: z.record(z.string(), z.string()).exactOptional(),
  historyArchival: archivalSchema.exactOptional(),
  visibilityArchival: archivalSchema.exactOptional(),
  global: z.boolean().exactOptional(),
  existing: existingSchema,
  onRemove: onRemoveSchema,
  store: z.record(z.string(), z.string()).default({}),
});

type NamespaceInputs = z.output<typeof namespaceSchema>;

/** Keys of an object that say how it is treated, and that Temporal does not hold. */
const treatment = ["existing", "onRemove", "store"] as const;

/** Namespaces at a frontend. The id of one is its name. */
export function namespaceType(frontend: Frontend): ResourceType {
  return {
    check: (news, olds) => ({
      inputs: news,
      failures: [...schemaFailures(namespaceSchema, news), ...frozen(olds, news)],
    }),
    onChange: inPlaceBut("name"),
    create: async (properties, { preview, signal }) => {
      const id = String(properties["name"]);
      const inputs = namespaceSchema.parse(properties);
      if (preview) {
        const found = await foundBeforehand(frontend, (connection) => described(connection, id));
        if (found !== undefined) accepted(inputs, found);
      } else await put(await frontend(), inputs, signal);
      return { id, outputs: properties };
    },
    update: async (_state, properties, { preview, signal }) => {
      if (!preview) {
        const inputs = namespaceSchema.parse(properties);
        await put(await frontend(), { ...inputs, existing: "adopt" }, signal);
      }
      return properties;
    },
    read: async (id, { inputs }) => {
      const found = await described(await frontend(), id);
      if (found === undefined) return undefined;
      const seen = asSeen(found, inputs);
      return { id, inputs: seen, outputs: seen };
    },
    delete: async (id, state) => {
      const { onRemove } = namespaceSchema.parse(state);
      if (isDeleted(onRemove, `namespace ${id}`)) await removed(await frontend(), id);
    },
  };
}

/** What a later deployment cannot take away or change. */
function frozen(olds: Properties, news: Properties): readonly CheckFailure[] {
  if (olds["name"] !== news["name"]) return [];
  const text = (["description", "owner"] as const).flatMap((property) =>
    isText(olds[property]) && news[property] !== undefined && !isText(news[property])
      ? [
          {
            property,
            reason:
              "Temporal cannot take it away from a namespace: write another text (UpdateNamespace ignores an empty one)",
          },
        ]
      : [],
  );
  const staying = dataKeys(news);
  const kept = dataKeys(olds).filter((key) => !staying.includes(key));
  const data = kept.map((key) => ({
    property: `data.${key}`,
    reason: "Temporal cannot take a key away from a namespace: set it to another value",
  }));
  const archival = (["historyArchival", "visibilityArchival"] as const).flatMap((property) => {
    const [before, after] = [uriOf(olds[property]), uriOf(news[property])];
    return before === undefined || after === undefined || before === after
      ? []
      : [
          {
            property: `${property}.uri`,
            reason: `Temporal never changes it once it is set: ${before} stays for ever`,
          },
        ];
  });
  const demoted =
    olds["global"] === true && news["global"] !== true
      ? [{ property: "global", reason: "Temporal never makes a global namespace local again" }]
      : [];
  return [...text, ...data, ...archival, ...demoted];
}

function dataKeys({ data }: Properties): readonly string[] {
  return Object.keys(data ?? {});
}

function isText(value: unknown): boolean {
  return typeof value === "string" && value !== "";
}

function uriOf(archival: unknown): string | undefined {
  return (archival as { readonly uri?: string } | undefined)?.uri;
}

type Answer = Awaited<ReturnType<Connection["workflowService"]["describeNamespace"]>>;

async function described(
  { workflowService }: Connection,
  name: string,
): Promise<Answer | undefined> {
  try {
    return await workflowService.describeNamespace({ namespace: name });
  } catch (error) {
    if (codeOf(error) === status.NOT_FOUND) return undefined;
    throw inWords(error, `namespace ${name}`);
  }
}

/** The inputs that would make a namespace what it is; what the program does not say stays unsaid. */
function asSeen(answer: Answer, known: Properties): Properties {
  const { namespaceInfo: info, config } = answer;
  const archival = (state: number | null | undefined, uri: string | null | undefined) => ({
    state: nameIn(["disabled", "enabled"], state),
    ...(uri === undefined || uri === null || uri === "" ? {} : { uri }),
  });
  const all = {
    name: info?.name ?? "",
    retentionSeconds: secondsOf(config?.workflowExecutionRetentionTtl),
    description: info?.description ?? "",
    owner: info?.ownerEmail ?? "",
    data: info?.data ?? {},
    historyArchival: archival(config?.historyArchivalState, config?.historyArchivalUri),
    visibilityArchival: archival(config?.visibilityArchivalState, config?.visibilityArchivalUri),
    global: answer.isGlobalNamespace,
  };
  const imported = Object.keys(known).length === 0;
  if (imported) {
    const { historyArchival, visibilityArchival, ...rest } = all;
    return {
      ...rest,
      ...(historyArchival.state === "enabled" ? { historyArchival } : {}),
      ...(visibilityArchival.state === "enabled" ? { visibilityArchival } : {}),
      ...{ existing: "refuse", onRemove: "keep", store: {} },
    };
  }
  const said = Object.keys(known).filter((key) => key in all) as (keyof typeof all)[];
  const seen = Object.fromEntries(said.map((key) => [key, all[key]]));
  const treated = treatment.flatMap((key) => (key in known ? [[key, known[key]]] : []));
  // Others may have added keys, which Temporal keeps.
  const own = dataKeys(known);
  const data = Object.entries(all.data).filter(([key]) => own.includes(key));
  return {
    ...seen,
    ...("data" in known ? { data: Object.fromEntries(data) } : {}),
    ...archivalAsSaid("historyArchival", known, all.historyArchival),
    ...archivalAsSaid("visibilityArchival", known, all.visibilityArchival),
    ...(Object.fromEntries(treated) as Properties),
  };
}

/** Archival with a URI only where the program says one. */
function archivalAsSaid(
  key: string,
  known: Properties,
  seen: { readonly state: string; readonly uri?: string },
): Properties {
  if (known[key] === undefined) return {};
  return { [key]: uriOf(known[key]) === undefined ? { state: seen.state } : seen };
}

/** Makes the namespace, or brings what is there up to date; ends when every frontend knows it. */
async function put(
  connection: Connection,
  inputs: NamespaceInputs,
  signal: AbortSignal,
): Promise<void> {
  const { name } = inputs;
  const found = await described(connection, name);
  if (found === undefined) await registered(connection, inputs);
  else if (accepted(inputs, found).length > 0) {
    await updated(connection, inputs, found.isGlobalNamespace);
  }
  await archives(connection, inputs);
  await until(`namespace ${name} does not answer`, signal, () =>
    connection.workflowService.countWorkflowExecutions({ namespace: name }),
  );
}

/** What differs of a namespace that is there, which may be refused. */
function accepted(inputs: NamespaceInputs, found: Answer): readonly string[] {
  const paths = changes(asSeen(found, inputs), inputs).map(({ path }) => path);
  if (paths.length > 0 && inputs.existing === "refuse") {
    throw new Error(refusal(`namespace ${inputs.name}`, paths));
  }
  return paths;
}

async function registered(connection: Connection, inputs: NamespaceInputs): Promise<void> {
  const { name, retentionSeconds, description, owner, data, global } = inputs;
  await changed(inputs, () =>
    connection.workflowService.registerNamespace({
      namespace: name,
      workflowExecutionRetentionPeriod: duration(retentionSeconds),
      ...defined({ description, ownerEmail: owner, data, isGlobalNamespace: global }),
      ...archivalSettings(inputs),
    }),
  );
}

async function updated(
  connection: Connection,
  inputs: NamespaceInputs,
  isGlobal: boolean,
): Promise<void> {
  const { name, retentionSeconds, description, owner, data, global } = inputs;
  await changed(inputs, () =>
    connection.workflowService.updateNamespace({
      namespace: name,
      updateInfo: defined({ description, ownerEmail: owner, data }),
      config: {
        workflowExecutionRetentionTtl: duration(retentionSeconds),
        ...archivalSettings(inputs),
      },
      ...(global === true && !isGlobal ? { promoteNamespace: true } : {}),
    }),
  );
}

const archivalStates = { disabled: 1, enabled: 2 } as const;

function archivalSettings({ historyArchival, visibilityArchival }: NamespaceInputs): object {
  return {
    ...(historyArchival === undefined
      ? {}
      : {
          historyArchivalState: archivalStates[historyArchival.state],
          historyArchivalUri: historyArchival.uri ?? "",
        }),
    ...(visibilityArchival === undefined
      ? {}
      : {
          visibilityArchivalState: archivalStates[visibilityArchival.state],
          visibilityArchivalUri: visibilityArchival.uri ?? "",
        }),
  };
}

/** The server passes over archival in silence where it has none itself (temporal/service/frontend/namespace_handler.go). */
async function archives(connection: Connection, inputs: NamespaceInputs): Promise<void> {
  const wanted = (["historyArchival", "visibilityArchival"] as const).filter(
    (key) => inputs[key]?.state === "enabled",
  );
  if (wanted.length === 0) return;
  const found = await described(connection, inputs.name);
  const seen = found === undefined ? {} : asSeen(found, inputs);
  for (const key of wanted) {
    if ((seen[key] as { readonly state?: string } | undefined)?.state === "enabled") continue;
    throw new Error(
      `namespace ${inputs.name} exists, and its ${key} stays disabled: the cluster itself has no such archival`,
    );
  }
}

/** One change at a time: each needs the version of all namespaces together, which another change takes away. */
async function changed(inputs: NamespaceInputs, call: () => Promise<unknown>): Promise<void> {
  await inTurn(async () => {
    try {
      await call();
    } catch (error) {
      throw inWords(error, `namespace ${inputs.name}${archivalHint(inputs, error)}`);
    }
  });
}

/**
 * The frontend asks for the bucket, with its own role or keys, whenever a namespace that archives is made or changed, and hides what the object store
 * answers (`frontend.maskInternalErrorDetails`).
 */
function archivalHint(inputs: NamespaceInputs, error: unknown): string {
  const asked = [inputs.historyArchival, inputs.visibilityArchival].some(
    (archival) => archival?.state === "enabled",
  );
  const hidden = [status.UNKNOWN, status.INTERNAL].some((code) => code === codeOf(error));
  return asked && hidden
    ? " archives, and the frontend may not be able to use its bucket: its log says why (resource-temporal logs frontend)"
    : "";
}

async function removed({ operatorService }: Connection, name: string): Promise<void> {
  await inTurn(async () => {
    try {
      await operatorService.deleteNamespace({ namespace: name });
    } catch (error) {
      if (codeOf(error) === status.NOT_FOUND) return;
      throw inWords(error, `namespace ${name} was not deleted`);
    }
  });
}
