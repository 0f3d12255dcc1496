/**
 * Runs the whole program under Pulumi's mocks and records every resource with its inputs and its options.
 *
 * One program runs per call; Pulumi's state is global, so that calls must not overlap.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import * as pulumi from "@pulumi/pulumi";
import { load } from "js-yaml";
import { vi } from "vitest";

/** A resource as the program asked for it. */
export interface Recorded {
  readonly type: string;
  readonly name: string;
  /** Inputs with secrets in place, see {@link secretPaths}. */
  readonly inputs: Readonly<Record<string, unknown>>;
  /** Paths of the inputs that reached the engine marked as secret. */
  readonly secretPaths: readonly string[];
  readonly urn: string;
  readonly parent: string | undefined;
  /** Names of the resources that it waits for. */
  readonly dependsOn: readonly string[];
  /** Name of the resource whose end is its end, too. */
  readonly deletedWith: string | undefined;
  readonly custom: boolean;
  readonly options: pulumi.CustomResourceOptions;
}

/** What a run made. */
export interface Recording {
  readonly resources: readonly Recorded[];
  /** Names in the order in which the resources were made; the registry takes longer than others. */
  readonly made: readonly string[];
  readonly outputs: Readonly<Record<string, unknown>>;
  /** The one resource of that name; fails when there is none. */
  named(name: string): Recorded;
  ofType(type: string): readonly Recorded[];
}

/** Config of a stack file that the project ships, or a test's own. */
export interface Run {
  readonly stack: string;
  /** Values by key without the project's prefix; those of the shipped stack file when left out. */
  readonly config?: Readonly<Record<string, unknown>>;
  readonly environment?: Readonly<Record<string, string>>;
  readonly preview?: boolean;
}

const root = fileURLToPath(new URL("../", import.meta.url));
const project = "temporal-platform";
const stackType = "pulumi:pulumi:Stack";
const registryType = "temporal:cluster:Registry";
const registryMilliseconds = 20;
const settleMilliseconds = 20_000;

/** Makes what a provider would make of inputs. */
type Maker = (name: string, inputs: Readonly<Record<string, unknown>>) => Record<string, unknown>;

/** Names a Kubernetes object that has no name, and makes nothing else. */
const named: Maker = (name, { metadata }) =>
  typeof metadata !== "object" || metadata === null || "name" in metadata
    ? {}
    : { metadata: { ...metadata, name: `${name}-made` } };

/** Values that a provider would make; every other output is its input. */
const makers: Readonly<Record<string, Maker>> = {
  "random:index/randomPassword:RandomPassword": (name) => ({ result: `generated-${name}` }),
};

/** Every type that the program may ask for. */
const known: readonly RegExp[] = [
  /^temporal:/,
  /^random:index\/randomPassword:RandomPassword$/,
  /^docker:index\/(container:Container|volume:Volume)$/,
  /^pulumi:(providers:(docker|kubernetes|temporal)|pulumi:Stack)$/,
  /^kubernetes:/,
];

/** The config of `Pulumi.<stack>.yaml`. */
export function shippedConfig(stack: string): Record<string, unknown> {
  const file = load(readFileSync(`${root}Pulumi.${stack}.yaml`, "utf8")) as {
    config: Record<string, unknown>;
  };
  return Object.fromEntries(
    Object.entries(file.config).map(([key, value]) => [key.slice(project.length + 1), value]),
  );
}

/** Runs index.ts. Fails on a type that is not known, on any function call, and when a resource never settles. */
export async function runProgram(run: Run): Promise<Recording> {
  vi.resetModules();
  vi.unstubAllEnvs();
  for (const name of ["TEMPORAL_PORT", "TEMPORAL_GRPC_PORT", "TEMPORAL_DB_PASSWORD"]) {
    vi.stubEnv(name, undefined);
  }
  for (const [name, value] of Object.entries(run.environment ?? {})) vi.stubEnv(name, value);

  // Mocks have no engine and no cluster that could be reached.
  vi.doMock("../targets/docker/connectivity.ts", () => ({ checkConnectivity: () => undefined }));
  vi.doMock("../targets/kubernetes/connectivity.ts", () => ({
    checkConnectivity: () => undefined,
  }));

  const asked: { type: string; name: string; inputs: unknown; custom: boolean }[] = [];
  const made: string[] = [];
  const seen: { resource: pulumi.Resource; name: string; options: pulumi.ResourceOptions }[] = [];
  await pulumi.runtime.setMocks(
    {
      newResource: async ({ type, name, inputs, custom }) => {
        if (!known.some((pattern) => pattern.test(type))) throw new Error(`unknown type ${type}`);
        if (type !== stackType) asked.push({ type, name, inputs, custom: custom ?? false });
        if (type === registryType) await sleep(registryMilliseconds);
        if (type !== stackType) made.push(name);
        const given = inputs as Record<string, unknown>;
        return {
          id: custom === true ? `${name}-id` : "",
          state: { ...given, ...(makers[type] ?? named)(name, given) },
        };
      },
      call: ({ token }) => {
        throw new Error(`unknown function ${token}`);
      },
    },
    project,
    run.stack,
    run.preview ?? false,
  );
  const config = run.config ?? shippedConfig(run.stack);
  pulumi.runtime.setAllConfig(
    Object.fromEntries(
      Object.entries(config).map(([key, value]) => [`${project}:${key}`, JSON.stringify(value)]),
    ),
  );

  const { runInPulumiStack } = stackModule();
  const outputs = await runInPulumiStack(async () => {
    pulumi.runtime.registerStackTransformation(({ resource, name, opts }) => {
      seen.push({ resource, name, options: opts });
      return undefined;
    });
    return { ...((await import("../index.ts")) as Record<string, unknown>) };
  });

  const urns = await settled(seen);
  const nameOf = (resource: unknown): string =>
    seen.find((one) => one.resource === resource)?.name ?? "?";
  const resources = asked
    .map(({ type, name, inputs, custom }): Recorded => {
      const entry = seen.find((one) => one.name === name && urns.get(one.resource)?.includes(type));
      if (entry === undefined) throw new Error(`${name} was registered but not constructed`);
      const secretPaths: string[] = [];
      const { deletedWith } = entry.options as pulumi.CustomResourceOptions;
      return {
        type,
        name,
        custom,
        inputs: unwrapped(inputs, "", secretPaths) as Record<string, unknown>,
        secretPaths,
        urn: urns.get(entry.resource) ?? "",
        parent: entry.options.parent === undefined ? undefined : urns.get(entry.options.parent),
        dependsOn: [entry.options.dependsOn ?? []].flat().map(nameOf),
        deletedWith: deletedWith === undefined ? undefined : nameOf(deletedWith),
        options: entry.options,
      };
    })
    .sort((a, b) => (a.urn < b.urn ? -1 : 1));
  return {
    resources,
    made,
    outputs: await resolved(outputs ?? {}),
    named: (name) => {
      const found = resources.filter((one) => one.name === name);
      const [only] = found;
      if (found.length !== 1 || only === undefined) {
        throw new Error(`${found.length} resources are named ${name}`);
      }
      return only;
    },
    ofType: (type) => resources.filter((one) => one.type === type),
  };
}

/** Pulumi does not export what the language host runs programs with. */
function stackModule(): {
  runInPulumiStack: (init: () => Promise<unknown>) => Promise<Record<string, unknown> | undefined>;
} {
  return createRequire(import.meta.url)("@pulumi/pulumi/runtime/stack") as ReturnType<
    typeof stackModule
  >;
}

async function settled(
  seen: readonly { resource: pulumi.Resource; name: string }[],
): Promise<Map<pulumi.Resource, string>> {
  const urns = new Map<pulumi.Resource, string>();
  const pending = new Set(seen.map(({ name }) => name));
  const all = Promise.all(
    seen.map(async ({ resource, name }) => {
      urns.set(resource, await resolved(resource.urn));
      pending.delete(name);
    }),
  );
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`never settled: ${[...pending].join(", ")}`));
    }, settleMilliseconds);
  });
  await Promise.race([all, timeout]).finally(() => {
    clearTimeout(timer);
  });
  return urns;
}

function resolved<T>(value: pulumi.Input<T>): Promise<T> {
  return new Promise((resolve) => {
    pulumi.output(value).apply((plain) => {
      resolve(plain as T);
    });
  });
}

function unwrapped(value: unknown, path: string, secretPaths: string[]): unknown {
  if (pulumi.runtime.isRpcSecret(value)) {
    secretPaths.push(path);
    return unwrapped(pulumi.runtime.unwrapRpcSecret(value), path, []);
  }
  if (Array.isArray(value)) {
    return value.map((member, index) => unwrapped(member, `${path}[${index}]`, secretPaths));
  }
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([key, member]) => [
        key,
        unwrapped(member, path === "" ? key : `${path}.${key}`, secretPaths),
      ]),
    );
  }
  return value;
}

/** Runs a stack of one cluster named `c` on Kubernetes, with more keys of its target and of the cluster. */
export function runOnKubernetes(target: object = {}, more: object = {}): Promise<Recording> {
  const cluster = { name: "c", target: { kind: "kubernetes", context: "x", ...target }, ...more };
  return runProgram({ stack: "prod", config: { clusters: [cluster] } });
}

/** Names of everything that must be there before a resource is made, its dependencies' own dependencies included. */
export function everythingBefore(program: Recording, resource: Recorded): ReadonlySet<string> {
  const found = new Set<string>();
  const visit = (name: string): void => {
    if (found.has(name)) return;
    found.add(name);
    for (const one of program.resources) if (one.name === name) before(one).forEach(visit);
  };
  // A child waits for its parent, which matters where that is more than a component.
  const before = ({ parent, dependsOn }: Recorded): readonly string[] => [
    ...program.resources.flatMap(({ urn, custom, name }) => (custom && urn === parent ? name : [])),
    ...dependsOn,
  ];
  before(resource).forEach(visit);
  return found;
}
