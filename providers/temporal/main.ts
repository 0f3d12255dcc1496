/**
 * The provider plugin `temporal`: what Temporal holds, and what this program needs of an engine or of the stack's memory and no published provider
 * has.
 */
import { serve } from "../protocol/serve.ts";
import { configuredFrontend } from "./objects/connection.ts";
import { objectTypes } from "./objects/index.ts";
import { registry } from "./registry.ts";

const frontend = configuredFrontend();

void serve({
  version: "0.1.0",
  configure: frontend.configure,
  types: {
    // Asked before all others, and everything waits for its answer.
    "temporal:cluster:Registry": registry,
    "temporal:docker:Image": async () => (await import("./image/image.ts")).image,
    "temporal:docker:Network": async () => (await import("./network.ts")).network,
    "temporal:docker:Readiness": async () => (await import("./readiness.ts")).readiness,
    "temporal:docker:Task": async () => (await import("./task.ts")).task,
    "temporal:docker:WorkloadGroup": async () => (await import("./docker-group.ts")).dockerGroup,
    "temporal:kubernetes:Completion": async () =>
      (await import("./kubernetes-completion.ts")).completion,
    "temporal:kubernetes:WorkloadGroup": async () =>
      (await import("./kubernetes-group.ts")).kubernetesGroup,
    // It knows itself what to do while the cluster is stopped.
    "temporal:worker:Deployment": async () =>
      (await import("./worker-deployment/type.ts")).workerDeploymentType(frontend.connect),
    ...objectTypes(frontend.connect, frontend.stopped),
  },
});
