import { describe, expect, it } from "vitest";
import { verdictOnDocker, verdictOnKubernetes as fault } from "./verdict.ts";

describe("what is wrong with a cluster on Kubernetes is told with the key and what to do", () => {
  it.each([
    [
      "no context",
      { target: { context: undefined } },
      "[0].target.context: is missing; it must be a string",
    ],
    [
      "an empty kubeconfig",
      { target: { kubeconfig: "" } },
      "[0].target.kubeconfig: must not be empty",
    ],
    [
      "a namespace that cannot be",
      { target: { namespace: "Bad_" } },
      "[0].target.namespace: must be at most 63 lowercase letters, digits and hyphens, beginning with a letter",
    ],
    [
      "another policy",
      { target: { namespacePolicy: "maybe" } },
      "[0].target.namespacePolicy: must be create or existing",
    ],
    [
      "Docker's ports",
      { target: { publish: {} } },
      "[0].target: unknown key publish; see docs/config-reference.md for the keys there are",
    ],
    [
      "nobody as clients",
      { target: { network: { clientNamespaces: [] } } },
      "[0].target.network.clientNamespaces: must be all, or name at least one",
    ],
    [
      "another effect",
      { target: { scheduling: { tolerations: [{ effect: "Never" }] } } },
      "[0].target.scheduling.tolerations[0].effect: must be NoSchedule or PreferNoSchedule or NoExecute",
    ],
    [
      "another end of data",
      { onDestroy: "no" },
      "[0].onDestroy: must be delete or keep or protect",
    ],
    [
      "an autoscaler of history",
      { server: { roles: { history: { autoscaling: { maxReplicas: 3 } } } } },
      "[0].server.roles.history: unknown key autoscaling; see docs/config-reference.md for the keys there are",
    ],
    [
      "an autoscaler with no room",
      {
        server: {
          roles: {
            frontend: {
              replicas: 5,
              autoscaling: { maxReplicas: 3 },
              resources: { cpuRequest: 0.5 },
            },
          },
        },
      },
      "[0].server.roles.frontend.autoscaling.maxReplicas: must be more than replicas (5)",
    ],
    [
      "an autoscaler that has nothing to measure by",
      { server: { roles: { frontend: { autoscaling: { maxReplicas: 3 } } } } },
      "[0].server.roles.frontend.resources.cpuRequest: is missing; with autoscaling, set it to the processor time of which cpuPercent is a share",
    ],
    [
      "a processor limit on history",
      { server: { roles: { history: { resources: { cpus: 1 } } } } },
      "[0].server.roles.history.resources.cpus: a limit of processor time stops history in the midst of holding shards' locks, and everything waits; set cpuRequest instead, or target.cpuLimits to required where the namespace wants limits",
    ],
    [
      "another wish for limits",
      { target: { cpuLimits: "none" } },
      "[0].target.cpuLimits: must be optional or required",
    ],
    [
      "somebody's user ids",
      { target: { userIds: 1000 } },
      "[0].target.userIds: must be image or namespace",
    ],
    [
      "an operator with a user id of its own where there are only the namespace's",
      { target: { userIds: "namespace" }, postgres: { kind: "cloudnative-pg" } },
      "[0].postgres.operator: the chart's operator runs as a user id of its own, which is none of a namespace's (target.userIds); install it by your Kubernetes' own catalogue, and set existing",
    ],
    [
      "too little memory for tasks",
      { tasks: { resources: { memory: "64MiB" } } },
      "[0].tasks.resources.memory: must be at least 128MiB",
    ],
    [
      "more processor set aside for tasks than allowed",
      { tasks: { resources: { cpus: 0.5, cpuRequest: 1 } } },
      "[0].tasks.resources.cpuRequest: must be at most cpus (0.5), not 1",
    ],
    [
      "more processor set aside than allowed",
      { ui: { resources: { cpus: 1, cpuRequest: 2 } } },
      "[0].ui.resources.cpuRequest: must be at most cpus (1), not 2",
    ],
    [
      "a budget that does not fit",
      {
        postgres: {
          kind: "external",
          host: "h",
          passwordSecret: { name: "s" },
          maxConnections: 100,
        },
      },
      "[0].postgres.maxConnections: the servers may open 260 connections together, more than 100; lower server.connections or replicas, or raise max_connections there",
    ],
    [
      "no charts",
      { postgres: { kind: "cloudnative-pg", chartRepository: "x" } },
      "[0].postgres.chartRepository: must be the address of a chart repository",
    ],
    [
      "no instances",
      { postgres: { kind: "cloudnative-pg", instances: 0 } },
      "[0].postgres.instances: must be at least 1",
    ],
  ])("%s", (_what, cluster, expected) => {
    expect(fault(cluster)).toBe(expected);
  });

  it("two clusters with a namespace in common", () => {
    const target = { namespace: "same" };
    expect(fault({ target }, { target })).toContain(
      "[1].target.namespace: the same as [0].target.namespace; every cluster needs a Kubernetes namespace of its own",
    );
  });

  it("share the operator of their Kubernetes cluster, and say the same of it", () => {
    const operated = (more: object): object => ({ postgres: { kind: "cloudnative-pg", ...more } });
    const existing = { operator: "existing" };
    expect(fault(operated({}), operated({}))).toBe("accepted");
    expect(fault(operated({}), operated(existing))).toBe(
      "[1].postgres.operator: must be install, as [0].postgres says: both are in one Kubernetes cluster and share its operator",
    );
    expect(fault(operated(existing), operated({ ...existing, operatorNamespace: "x" }))).toBe(
      "[1].postgres.operatorNamespace: must be cnpg-system, as [0].postgres says: both are in one Kubernetes cluster and share its operator",
    );
    expect(fault(operated({}), { ...operated(existing), target: { context: "y" } })).toBe(
      "accepted",
    );
  });

  it("what the same namespace means in another Kubernetes cluster is nobody's business", () => {
    const target = { namespace: "same" };
    expect(fault({ target }, { target: { ...target, context: "y" } })).toBe("accepted");
  });
});

describe("what a namespace demands is accepted", () => {
  it.each([
    [
      "a processor limit on history, where all must have one",
      {
        target: { cpuLimits: "required" },
        server: { roles: { history: { resources: { cpus: 4 } } } },
      },
    ],
    [
      "an operator that is there already, where user ids are the namespace's",
      {
        target: { userIds: "namespace" },
        postgres: { kind: "cloudnative-pg", operator: "existing" },
      },
    ],
  ])("%s", (_what, cluster) => {
    expect(fault(cluster)).toBe("accepted");
  });
});

describe("what only Kubernetes can do is refused on Docker", () => {
  it.each([
    [
      { postgres: { kind: "cloudnative-pg" } },
      "[0].postgres.kind: needs a kubernetes target: cloudnative-pg is an operator; use managed or external on docker",
    ],
    [
      { server: { roles: { frontend: { autoscaling: { maxReplicas: 3 } } } } },
      "[0].server.roles.frontend.autoscaling: needs a kubernetes target: a Docker engine has no autoscaler; set replicas",
    ],
    [
      { ui: { replicas: 2 } },
      "[0].ui.replicas: needs a kubernetes target: on docker one container has the published port",
    ],
    [
      { gateway: { replicas: 2 } },
      "[0].gateway.replicas: needs a kubernetes target: on docker one container has the published port",
    ],
    [
      { ui: { resources: { cpuRequest: 1 } } },
      "[0].ui.resources.cpuRequest: needs a kubernetes target: a Docker engine sets no processor time aside",
    ],
    [
      { tasks: { resources: { cpuRequest: 1 } } },
      "[0].tasks.resources.cpuRequest: needs a kubernetes target: a Docker engine sets no processor time aside",
    ],
  ])("%j", (more, expected) => {
    expect(verdictOnDocker({}, more)).toBe(expected);
  });
});
