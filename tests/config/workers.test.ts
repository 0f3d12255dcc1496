import { describe, expect, it } from "vitest";
import { givenSecretValues } from "../../config/given-secrets.ts";
import { clusterWith } from "../../testkit/clusters.ts";
import { verdictOnDocker, verdictOnKubernetes } from "./verdict.ts";

const image = "registry.example.com/team/orders:1.4.2";
const declared = { namespace: "default", taskQueues: { orders: ["workflow", "activity"] } };
const least = { image, ...declared };
const onDocker = (workers: object): string => verdictOnDocker({}, { workers });
const onKubernetes = (workers: object): string => verdictOnKubernetes({ ...{ workers } });

describe("a worker", () => {
  it("needs an image, a namespace and what it polls, and has a default for everything else", () => {
    const resources = { memoryMiB: 512 };
    expect(clusterWith({ workers: { orders: least } }).workers).toEqual({
      orders: {
        ...{ kind: "run", source: { kind: "registry", reference: image } },
        ...{ namespace: "default", taskQueues: least.taskQueues, args: [], env: {}, secrets: {} },
        ...{ replicas: 1, resources, stopGraceSeconds: 60, scratch: ["/tmp"], user: 1000 },
      },
    });
  });

  it("may be built of a directory", () => {
    const orders = { ...declared, build: "examples/worker" };
    expect(clusterWith({ workers: { orders } }).workers).toMatchObject({
      orders: { source: { kind: "directory", path: "examples/worker" } },
    });
  });

  it("may be somebody else's", () => {
    const legacy = { kind: "external", ...declared };
    expect(clusterWith({ workers: { legacy } }).workers).toEqual({ legacy });
  });

  it("may have its secrets from the environment on either target, and from a Secret on Kubernetes", () => {
    const secrets = { API_KEY: { env: "ORDERS_KEY" } };
    expect(onDocker({ orders: { ...least, secrets } })).toBe("accepted");
    const both = { ...secrets, TOKEN: { name: "orders", key: "token" } };
    expect(onKubernetes({ orders: { ...least, secrets: both } })).toBe("accepted");
  });
});

describe("what is wrong with a worker is told with the key and what to do", () => {
  const orders = (more: object, omit: readonly string[] = []): object => ({
    orders: Object.fromEntries(
      Object.entries({ ...least, ...more }).filter(([key]) => !omit.includes(key)),
    ),
  });

  it.each<[string, workers: object, fault: string]>([
    [
      "a name that is no DNS label",
      { Orders: least },
      "[0].workers.Orders: must be at most 28 lowercase letters, digits and hyphens, beginning with a letter",
    ],
    [
      "the name of a part of the platform",
      { frontend: least },
      "[0].workers.frontend: is the name of a part of the platform; give the worker another one",
    ],
    [
      "neither image nor directory",
      orders({}, ["image"]),
      "[0].workers.orders: must have image or build, and not both",
    ],
    [
      "image and directory",
      orders({ build: "examples/worker" }),
      "[0].workers.orders: must have image or build, and not both",
    ],
    [
      "a moving tag",
      orders({ image: "orders:latest" }),
      "[0].workers.orders.image: must be a reference with an exact tag or a digest, such as registry.example.com/team/orders:1.4.2",
    ],
    [
      "a directory without a Dockerfile",
      orders({ build: "examples" }, ["image"]),
      "[0].workers.orders.build: must be a directory with a Dockerfile; examples has none",
    ],
    [
      "no namespace",
      orders({}, ["namespace"]),
      "[0].workers.orders.namespace: is missing; it must be a string",
    ],
    [
      "a namespace that the cluster has not",
      orders({ namespace: "shop" }),
      "[0].workers.orders.namespace: must be one of the cluster's namespaces: default",
    ],
    [
      "no task queue",
      orders({ taskQueues: {} }),
      "[0].workers.orders.taskQueues: must name at least one task queue, such as orders: [workflow, activity]",
    ],
    [
      "a task queue for nothing",
      orders({ taskQueues: { orders: [] } }),
      "[0].workers.orders.taskQueues.orders: must name at least one of workflow, activity, nexus",
    ],
    [
      "a type twice",
      orders({ taskQueues: { orders: ["nexus", "nexus"] } }),
      "[0].workers.orders.taskQueues.orders: must name each type once",
    ],
    [
      "a type that there is not",
      orders({ taskQueues: { orders: ["query"] } }),
      "[0].workers.orders.taskQueues.orders[0]: must be workflow or activity or nexus",
    ],
    [
      "Temporal's own task queue",
      orders({ taskQueues: { "/_sys/orders": ["workflow"] } }),
      "[0].workers.orders.taskQueues./_sys/orders: must not begin with /_sys/, which is Temporal's own",
    ],
    [
      "another address",
      orders({ env: { TEMPORAL_ADDRESS: "elsewhere:7233" } }),
      "[0].workers.orders.env.TEMPORAL_ADDRESS: must be left out: the platform sets it by the worker's other keys",
    ],
    [
      "another namespace as a secret",
      orders({ secrets: { TEMPORAL_NAMESPACE: { env: "NAMESPACE" } } }),
      "[0].workers.orders.secrets.TEMPORAL_NAMESPACE: must be left out: the platform sets it by the worker's other keys",
    ],
    [
      "a variable twice",
      orders({ env: { KEY: "a" }, secrets: { KEY: { env: "B" } } }),
      "[0].workers.orders.secrets.KEY: is in env as well; leave one out",
    ],
    [
      "a secret in small letters",
      orders({ secrets: { key: { env: "B" } } }),
      "[0].workers.orders.secrets.key: must be the name of an environment variable in capitals, such as API_KEY",
    ],
    [
      "a secret in clear",
      orders({ secrets: { KEY: "in clear" } }),
      "[0].workers.orders.secrets.KEY: must be {env: VARIABLE}, or {name, key} of a Kubernetes Secret",
    ],
    [
      "no time to stop",
      orders({ stopGrace: "0s" }),
      "[0].workers.orders.stopGrace: must be at least 1s",
    ],
    [
      "days to stop",
      orders({ stopGrace: "2d" }),
      "[0].workers.orders.stopGrace: must be at most 24h",
    ],
    ["root", orders({ user: 0 }), "[0].workers.orders.user: must not be root"],
    [
      "a relative directory",
      orders({ scratch: ["tmp"] }),
      "[0].workers.orders.scratch[0]: must be an absolute path of letters, digits, dots, hyphens and underscores, such as /tmp",
    ],
    [
      "an image of somebody else's worker",
      { orders: { ...least, kind: "external" } },
      "[0].workers.orders: unknown key image; see docs/config-reference.md for the keys there are",
    ],
    [
      "a request of processor time on Docker",
      orders({ resources: { cpuRequest: 1 } }),
      "[0].workers.orders.resources.cpuRequest: needs a kubernetes target: a Docker engine sets no processor time aside",
    ],
    [
      "a Kubernetes Secret on Docker",
      orders({ secrets: { KEY: { name: "orders", key: "key" } } }),
      "[0].workers.orders.secrets.KEY: needs a kubernetes target: a Docker engine has no Secrets; use {env: VARIABLE}",
    ],
  ])("%s", (_what, workers, fault) => {
    expect(onDocker(workers)).toBe(fault);
  });

  it("a directory on Kubernetes", () => {
    expect(onKubernetes(orders({ build: "examples/worker" }, ["image"]))).toBe(
      "[0].workers.orders.build: needs a docker target: nodes of Kubernetes get images from a registry; push the image to one, and name it by image",
    );
  });
});

describe("secrets from the environment", () => {
  const cluster = clusterWith({
    workers: {
      orders: { ...least, secrets: { API_KEY: { env: "ORDERS_KEY" }, TOKEN: { env: "TOKEN" } } },
    },
  });

  it("are found by the worker's name and its variable", () => {
    const environment = { ORDERS_KEY: "k", TOKEN: "t", OTHER: "o" };
    expect(givenSecretValues([cluster], environment)).toEqual({
      dev: { "worker.orders.API_KEY": "k", "worker.orders.TOKEN": "t" },
    });
  });

  it("that are missing are told all at once, with the key and the variable", () => {
    const key = "temporal-platform:clusters[0].workers.orders.secrets";
    expect(() => givenSecretValues([cluster], { ORDERS_KEY: "" })).toThrow(
      [
        "invalid configuration:",
        `  - ${key}.API_KEY: the environment variable ORDERS_KEY is missing; set it to the secret's value`,
        `  - ${key}.TOKEN: the environment variable TOKEN is missing; set it to the secret's value`,
      ].join("\n"),
    );
  });
});
