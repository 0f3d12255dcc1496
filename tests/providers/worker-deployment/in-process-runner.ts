/**
 * A runner whose containers are workers in this process.
 */
import { fileURLToPath } from "node:url";
import {
  bundleWorkflowCode,
  DefaultLogger,
  NativeConnection,
  Runtime,
  Worker,
  type WorkflowBundle,
} from "@temporalio/worker";
import {
  digestOf,
  type Runner,
  type RunningVersion,
  type WantedVersion,
} from "../../../providers/temporal/worker-deployment/runner.ts";

/** What a version says of itself. */
export interface BuildActivities {
  ownBuild(): Promise<string>;
}

/** How workers of an image behave: as they should, without polling, or as workers without versions. */
export type Image = "works" | "sleeps" | "is unversioned";

/** One version's worker. */
interface Running {
  readonly version: WantedVersion;
  readonly worker: Worker | undefined;
  readonly ended: Promise<void>;
}

/** What all workers of a test have in common. */
export interface Workers {
  readonly connection: NativeConnection;
  readonly bundle: WorkflowBundle;
}

/** Prepares workers of a server; takes a few seconds. */
export async function workersAt(address: string): Promise<Workers> {
  const logger = new DefaultLogger("ERROR");
  Runtime.install({ logger });
  const workflowsPath = fileURLToPath(new URL("workflows.ts", import.meta.url));
  const bundle = await bundleWorkflowCode({ workflowsPath, logger });
  return { connection: await NativeConnection.connect({ address }), bundle };
}

/** See above. */
export class InProcessRunner implements Runner {
  readonly running = new Map<string, Running>();
  /** Build ids that were started, in their order. */
  readonly started: string[] = [];
  readonly #workers: Workers;
  readonly #deploymentName: string;

  constructor(workers: Workers, deploymentName: string) {
    this.#workers = workers;
    this.#deploymentName = deploymentName;
  }

  observe(): Promise<readonly RunningVersion[]> {
    const all = [...this.running].map(([buildId, { version }]) => ({
      buildId,
      replicas: version.replicas ?? 1,
      fingerprint: this.fingerprint(version),
    }));
    return Promise.resolve(all);
  }

  fingerprint({ spec, environment }: WantedVersion): string {
    return digestOf({ spec, environment });
  }

  async start(version: WantedVersion): Promise<void> {
    const { buildId, spec } = version;
    await this.stop(buildId);
    this.started.push(buildId);
    const image = spec["image"] as Image;
    const worker = image === "sleeps" ? undefined : await this.#worker(buildId, image);
    this.running.set(buildId, { version, worker, ended: worker?.run() ?? Promise.resolve() });
  }

  async stop(buildId: string): Promise<void> {
    const found = this.running.get(buildId);
    this.running.delete(buildId);
    found?.worker?.shutdown();
    await found?.ended;
  }

  complaint({ spec }: WantedVersion): Promise<string> {
    return Promise.resolve(`its image ${String(spec["image"])}`);
  }

  async stopAll(): Promise<void> {
    await Promise.all([...this.running.keys()].map((buildId) => this.stop(buildId)));
  }

  #worker(buildId: string, image: Image): Promise<Worker> {
    const { connection, bundle } = this.#workers;
    const activities: BuildActivities = { ownBuild: () => Promise.resolve(buildId) };
    return Worker.create({
      ...{ connection, workflowBundle: bundle, activities },
      identity: `${this.#deploymentName} ${buildId}`,
      taskQueue: this.#deploymentName,
      ...(image === "is unversioned"
        ? {}
        : {
            workerDeploymentOptions: {
              version: { deploymentName: this.#deploymentName, buildId },
              useWorkerVersioning: true,
              defaultVersioningBehavior: "PINNED",
            },
          }),
    });
  }
}
