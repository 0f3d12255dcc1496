/**
 * What a deployment leaves behind when it is killed in the middle of making something: the engine has it, the stack's state does not, and
 * every later deployment fails because its name is taken.
 */
import { execa } from "execa";
import { z } from "zod";
import { stackLabel } from "../../platform/labels.ts";
import { connect } from "../engine/facts.ts";
import type { Report } from "../steps.ts";
import { keepingStackFile, stackFile } from "./stack-file.ts";
import type { StackPlace } from "./stack.ts";

/** Something that was being made when a deployment was killed. */
export interface Unfinished {
  readonly kind: "container" | "network";
  readonly name: string;
  /** Address of its engine; undefined for the user's default. */
  readonly host?: string;
}

const resource = z.looseObject({
  urn: z.string().default(""),
  id: z.string().default(""),
  type: z.string(),
  provider: z.string().optional(),
  inputs: z.looseObject({ name: z.unknown(), host: z.unknown() }).partial().default({}),
});

const exported = z.looseObject({
  deployment: z.looseObject({
    resources: z.array(resource).nullish(),
    pending_operations: z.array(z.looseObject({ type: z.string(), resource })).nullish(),
  }),
});

const kinds: Readonly<Record<string, Unfinished["kind"]>> = {
  "docker:index/container:Container": "container",
  "docker:index/network:Network": "network",
};

/** What was being made on Docker engines when a deployment was killed, by an export of the stack. */
export function unfinished(stackExport: unknown): readonly Unfinished[] {
  const { resources, pending_operations: pending } = exported.parse(stackExport).deployment;
  return (pending ?? []).flatMap(({ type, resource: { type: made, inputs, provider } }) => {
    const kind = kinds[made];
    if (type !== "creating" || kind === undefined || typeof inputs.name !== "string") return [];
    const engine = resources?.find(({ urn, id }) => `${urn}::${id}` === provider)?.inputs.host;
    const host = typeof engine === "string" ? { host: engine } : {};
    return [{ kind, name: inputs.name, ...host }];
  });
}

/**
 * Removes from the engines what a killed deployment was making, so that the next one can make it anew. Only what carries the stack's
 * label, and is not in its state, is touched; an engine that does not answer is left to the deployment to complain about.
 */
export async function removeUnfinished(place: StackPlace, report: Report): Promise<void> {
  const { circumstances, environment, stack } = place;
  const { project } = circumstances.paths;
  const { stdout, failed } = await keepingStackFile(stackFile(project, stack), () =>
    execa(circumstances.cli.path, ["stack", "export", "--stack", stack], {
      cwd: project,
      env: environment,
      reject: false,
    }),
  );
  if (failed) return;
  const state: unknown = JSON.parse(stdout);
  const known = new Set((exported.parse(state).deployment.resources ?? []).map(({ id }) => id));
  for (const thing of unfinished(state)) {
    if (await remove(thing, stack, known, environment["DOCKER_HOST"])) {
      report(`  removed the ${thing.kind} ${thing.name}, which a killed deployment left half made`);
    }
  }
}

async function remove(
  { kind, name, host }: Unfinished,
  stack: string,
  known: ReadonlySet<string>,
  defaultHost: string | undefined,
): Promise<boolean> {
  const engine = connect(host ?? defaultHost ?? "unix:///var/run/docker.sock");
  try {
    if (kind === "network") {
      const network = engine.getNetwork(name);
      const { Id, Labels } = (await network.inspect()) as {
        readonly Id: string;
        readonly Labels: Readonly<Record<string, string>> | null;
      };
      if (known.has(Id) || Labels?.[stackLabel] !== stack) return false;
      await network.remove();
    } else {
      const container = engine.getContainer(name);
      const { Id, Config } = await container.inspect();
      if (known.has(Id) || Config.Labels[stackLabel] !== stack) return false;
      await container.remove({ force: true, v: true });
    }
    return true;
  } catch {
    return false;
  }
}
