/**
 * The provider plugin `temporal`: what Temporal holds, and what this program needs of an engine or of the stack's memory and no published provider
 * has.
 */
import { serve } from "../protocol/serve.ts";
import { dockerGroup } from "./docker-group.ts";
import { image } from "./image/image.ts";
import { completion } from "./kubernetes-completion.ts";
import { kubernetesGroup } from "./kubernetes-group.ts";
import { network } from "./network.ts";
import { configuredFrontend } from "./objects/connection.ts";
import { objectTypes } from "./objects/index.ts";
import { readiness } from "./readiness.ts";
import { registry } from "./registry.ts";
import { task } from "./task.ts";
import { workerDeploymentType } from "./worker-deployment/type.ts";

const frontend = configuredFrontend();

void serve({
  version: "0.1.0",
  configure: frontend.configure,
  types: {
    "temporal:docker:Image": image,
    "temporal:docker:Network": network,
    "temporal:docker:Readiness": readiness,
    "temporal:docker:Task": task,
    "temporal:docker:WorkloadGroup": dockerGroup,
    "temporal:kubernetes:Completion": completion,
    "temporal:kubernetes:WorkloadGroup": kubernetesGroup,
    "temporal:cluster:Registry": registry,
    // It knows itself what to do while the cluster is stopped.
    "temporal:worker:Deployment": workerDeploymentType(frontend.connect),
    ...objectTypes(frontend.connect, frontend.stopped),
  },
});
