/**
 * What the state says of a stack.
 */
import { execa } from "execa";
import { z } from "zod";
import { keepingStackFile, stackFile } from "./stack-file.ts";
import type { StackPlace } from "./stack.ts";

/** A resource as the state has it; inputs and outputs that are secret are not readable. */
export const stateResource = z.looseObject({
  urn: z.string().default(""),
  id: z.string().default(""),
  type: z.string(),
  provider: z.string().optional(),
  inputs: z.record(z.string(), z.unknown()).default({}),
  outputs: z.record(z.string(), z.unknown()).default({}),
  deletedWith: z.string().optional(),
  protect: z.boolean().optional(),
});

/** One of {@link stateResource}. */
export type StateResource = z.output<typeof stateResource>;

const exported = z.looseObject({
  deployment: z.looseObject({
    resources: z.array(stateResource).nullish(),
    pending_operations: z
      .array(z.looseObject({ type: z.string(), resource: stateResource }))
      .nullish(),
  }),
});

/** What there is, and what a deployment that was killed had begun. */
export interface StackState {
  readonly resources: readonly StateResource[];
  readonly pending: readonly { readonly type: string; readonly resource: StateResource }[];
}

/** Reads what `pulumi stack export` prints. */
export function stackStateOf(text: string): StackState {
  const { resources, pending_operations: pending } = exported.parse(JSON.parse(text)).deployment;
  return { resources: resources ?? [], pending: pending ?? [] };
}

/** The state of a stack; undefined when it cannot be read, which the deployment is left to complain about. */
export async function exportStack({
  circumstances,
  environment,
  stack,
}: StackPlace): Promise<StackState | undefined> {
  const { project } = circumstances.paths;
  const { stdout, failed } = await keepingStackFile(stackFile(project, stack), () =>
    execa(circumstances.cli.path, ["stack", "export", "--stack", stack], {
      cwd: project,
      env: environment,
      reject: false,
    }),
  );
  if (failed) return undefined;
  try {
    return stackStateOf(stdout);
  } catch {
    return undefined;
  }
}

/** Text inputs of the provider that a resource is made by, such as the address of an engine. */
export function providerSettings(
  resource: StateResource,
  { resources }: StackState,
): Readonly<Record<string, string>> {
  const provider = resources.find(({ urn, id }) => `${urn}::${id}` === resource.provider);
  return Object.fromEntries(
    Object.entries(provider?.inputs ?? {}).filter(
      (entry): entry is [string, string] => typeof entry[1] === "string",
    ),
  );
}
