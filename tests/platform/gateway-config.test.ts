import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { renderGatewayConfig } from "../../platform/gateway-config.ts";
import { clusterWith } from "../../testkit/clusters.ts";

const onKubernetes = (exposure: object = {}, more: object = {}): object => ({
  target: { kind: "kubernetes", context: "x", exposure },
  ...more,
});
const onDocker = (publish: object): object => ({ target: { kind: "docker", publish } });
const nodes = { kind: "node-port", address: "10.0.0.1" };
const open = { ...nodes, authorization: "none" };
const autoscaled = {
  replicas: 2,
  autoscaling: { maxReplicas: 20 },
  resources: { cpuRequest: 0.5 },
};

/** The config, and what its lines of a word say. */
const rendered = (more: object = {}): string => renderGatewayConfig(clusterWith(more));
const lines = (config: string, word: string): readonly string[] =>
  config
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line.startsWith(`${word} `))
    .map((line) => line.slice(word.length + 1));

/** Full names of the services whose calls pass. */
function servedBy(config: string): RegExp {
  const [pattern = ""] = lines(config, "acl served path -m reg");
  return new RegExp(pattern);
}

/** Host names by which the web UI answers. */
const namesOf = (config: string): readonly string[] =>
  lines(config, "acl name req.hdr(host),host_only,lower -m str");

/** Address ranges whose word on the client's address counts. */
const proxiesOf = (config: string): readonly string[] => lines(config, "acl proxy src");

describe("the gateway listens", () => {
  const pod = (listener: string, port: number): string[] => [
    `"\${POD_IP}":${port} name ${listener}`,
    `127.0.0.1:${port} name ${listener}`,
  ];

  it.each<[string, object, readonly string[]]>([
    ["for all on one port of Docker", onDocker({}), ["*:7233 name all"]],
    [
      "for gRPC of its own where that has a port of its own",
      onDocker({ grpc: 9000 }),
      ["*:7233 name all", "*:8233 name ui", "*:9233 name grpc"],
    ],
    [
      "for gRPC alone where the web UI is not published",
      onDocker({ ui: "none" }),
      ["*:7233 name all", "*:9233 name grpc"],
    ],
    [
      "for the web UI alone where gRPC is not published",
      onDocker({ grpc: "none" }),
      ["*:7233 name all", "*:8233 name ui"],
    ],
    [
      "inside only where nothing is published",
      onDocker({ ui: "none", grpc: "none", frontend: "none" }),
      ["*:7233 name all"],
    ],
    [
      "inside a Kubernetes cluster, at the pod's address and for port-forward",
      onKubernetes(),
      pod("all", 7233),
    ],
    [
      "for an exposed web UI",
      onKubernetes({ ui: nodes }),
      [...pod("all", 7233), ...pod("ui", 8233)],
    ],
    ["for exposed gRPC", onKubernetes({ grpc: open }), [...pod("all", 7233), ...pod("grpc", 9233)]],
    [
      "for both",
      onKubernetes({ ui: nodes, grpc: open }),
      [...pod("all", 7233), ...pod("ui", 8233), ...pod("grpc", 9233)],
    ],
    ["not for the frontend, which is past it", onKubernetes({ frontend: open }), pod("all", 7233)],
  ])("%s", (_what, more, binds) => {
    expect(lines(rendered(more), "bind")).toEqual(binds);
  });

  it("for one endpoint without the other: gRPC refuses pages, and the web UI refuses calls", () => {
    const config = rendered(onKubernetes({ ui: nodes, grpc: open }));
    expect(config).toContain("acl uiOnly so_name ui");
    expect(config).toContain("acl grpcOnly so_name grpc");
    expect(config).toMatch(/set-var\(txn\.refused\) bool\(true\) if .*\|\| call uiOnly$/m);
    expect(config).toMatch(/return status 404 .* if page grpcOnly$/m);
  });
});

describe("the gateway serves", () => {
  const workflow = "/temporal.api.workflowservice.v1.WorkflowService/StartWorkflowExecution";
  const operator = "/temporal.api.operatorservice.v1.OperatorService/DeleteNamespace";

  it.each([
    ["served", operator, true],
    ["refused", operator, false],
    ["refused", workflow, true],
    ["served", workflow, true],
    ["served", "/grpc.health.v1.Health/Check", true],
    ["served", "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo", true],
    ["served", "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo", true],
    ["served", "/temporal.server.api.adminservice.v1.AdminService/DescribeCluster", false],
    ["served", "/temporal.api.workflowservice.v1.WorkflowService", false],
    ["served", `${workflow}/more`, false],
    ["served", `/x${workflow}`, false],
    ["served", "/temporalXapi.workflowservice.v1.WorkflowService/Any", false],
  ])("with OperatorService %s: %s is %j", (operatorService, path, passes) => {
    expect(servedBy(rendered({ gateway: { operatorService } })).test(path)).toBe(passes);
  });

  it("OperatorService by default where nobody else reaches gRPC", () => {
    expect(servedBy(rendered()).test(operator)).toBe(true);
    expect(servedBy(rendered(onKubernetes({ ui: nodes }))).test(operator)).toBe(true);
    expect(servedBy(rendered(onKubernetes({ grpc: open }))).test(operator)).toBe(false);
  });

  it("pages of the web UI for a password only, which the config has by its hash's name", () => {
    const config = rendered();
    expect(config).toContain(
      'acl known req.fhdr(authorization),sha2(256),hex,lower -m str "${UI_AUTHORIZATION_SHA256}"',
    );
    expect(lines(config, "http-request auth")).toEqual(["realm Temporal if page !known"]);
  });
});

describe("the web UI answers", () => {
  const inside = ["localhost", "gateway"];
  const pods = [
    ...["localhost", "gateway", "gateway.temporal", "gateway.temporal.svc"],
    "gateway.temporal.svc.cluster.local",
  ];
  const balancer = { kind: "load-balancer", sourceRanges: "all" };

  it.each<[string, object, readonly string[]]>([
    ["by its names inside, and its address", onDocker({}), [...inside, "127.0.0.1"]],
    [
      "by the name of an engine elsewhere",
      { target: { kind: "docker", host: "ssh://me@There.example.com" } },
      [...inside, "127.0.0.1", "there.example.com"],
    ],
    ["by its names in a Kubernetes cluster", onKubernetes(), pods],
    [
      "by an ingress' host",
      onKubernetes({ ui: { kind: "ingress", host: "t.a" } }),
      [...pods, "t.a"],
    ],
    ["by a balancer's host", onKubernetes({ ui: { ...balancer, host: "t.a" } }), [...pods, "t.a"]],
    ["by a balancer's address, which needs no name", onKubernetes({ ui: balancer }), pods],
    [
      "not by the host of gRPC",
      onKubernetes({ grpc: { kind: "ingress", host: "g.a", authorization: "none" } }),
      pods,
    ],
    [
      "by names that the user adds, each once",
      { ...onDocker({ ui: "none" }), gateway: { hosts: ["t.a", "localhost"] } },
      [...inside, "t.a"],
    ],
  ])("%s", (_what, more, names) => {
    expect(namesOf(rendered(more))).toEqual(names);
  });
});

describe("the client's address", () => {
  it("is that of the connection where no proxy is trusted", () => {
    expect(proxiesOf(rendered())).toEqual([]);
  });

  it("is what trusted proxies say, and nobody else", () => {
    const trustedProxies = ["10.0.0.0/8", "fd00::/8"];
    const config = rendered({ gateway: { trustedProxies } });
    expect(proxiesOf(config)).toEqual(trustedProxies);
    expect(lines(config, "http-request set-src")).toEqual(["req.hdr(x-forwarded-for,-1) if proxy"]);
  });
});

describe("frontends", () => {
  const slots = (more: object): string | undefined =>
    /server-template frontend (\S+) /.exec(rendered(more))?.[1];

  it("are all found by one name, and health is any one's word", () => {
    const config = rendered(onKubernetes());
    const templates = lines(config, "server-template");
    expect(templates[0]).toMatch(
      /^frontend 1-8 frontend-headless\.temporal\.svc\.cluster\.local:7233 proto h2 /,
    );
    expect(templates[1]).toMatch(/^ui 1 ui\.temporal\.svc\.cluster\.local:8080 /);
    expect(templates[2]).toMatch(
      /^frontend 1-8 frontend-headless\.temporal\.svc\.cluster\.local:7243 /,
    );
  });

  it.each([1, 2, 3, 4, 5, 6, 7])("may be %d without another config", (replicas) => {
    const more = { server: { roles: { frontend: { replicas } } } };
    expect(rendered(onKubernetes({}, more))).toBe(rendered(onKubernetes()));
  });

  it.each<[string, object, string]>([
    ["eight", { replicas: 8 }, "1-16"],
    ["as many as the autoscaler makes", autoscaled, "1-32"],
  ])("have room when they are %s", (_what, frontend, expected) => {
    expect(slots(onKubernetes({}, { server: { roles: { frontend } } }))).toBe(expected);
  });
});

describe("whatever the user says", () => {
  const host = fc.stringMatching(/^[a-z0-9]([a-z0-9.-]{0,30}[a-z0-9])?$/);
  const range = fc.oneof(
    fc.tuple(fc.ipV4(), fc.nat(32)).map(([address, bits]) => `${address}/${bits}`),
    fc.constantFrom("fd00::/8", "2001:db8::/32"),
  );

  it("hosts and proxies are in the config, and AdminService is not", () => {
    fc.assert(
      fc.property(
        fc.array(host, { maxLength: 8 }),
        fc.array(range, { maxLength: 8 }),
        fc.constantFrom("served", "refused"),
        (hosts, trustedProxies, operatorService) => {
          const config = rendered({ gateway: { hosts, trustedProxies, operatorService } });
          expect(namesOf(config)).toEqual(expect.arrayContaining(hosts));
          expect(new Set(namesOf(config)).size).toBe(namesOf(config).length);
          expect(proxiesOf(config)).toEqual(trustedProxies);
          expect(config.toLowerCase()).not.toContain("adminservice");
        },
      ),
    );
  });
});

const { error: noHaproxy } = spawnSync("haproxy", ["-v"]);

describe.skipIf(noHaproxy !== undefined)("HAProxy itself accepts", () => {
  it.each<[string, object]>([
    ["the defaults on Docker", {}],
    ["the defaults on Kubernetes", onKubernetes()],
    ["every endpoint by itself", onKubernetes({ ui: nodes, grpc: open, frontend: open })],
    ["gRPC alone, at a port of its own", onDocker({ ui: "none", grpc: 9000 })],
    [
      "many names and proxies, and OperatorService refused",
      {
        gateway: {
          hosts: Array.from({ length: 100 }, (_none, index) => `h${index}.example.com`),
          trustedProxies: Array.from({ length: 100 }, (_none, index) => `10.${index}.0.0/16`),
          operatorService: "refused",
        },
      },
    ],
    ["many frontends", onKubernetes({}, { server: { roles: { frontend: autoscaled } } })],
  ])("%s", (_what, more) => {
    const directory = mkdtempSync(join(tmpdir(), "gateway-"));
    const path = join(directory, "haproxy.cfg");
    writeFileSync(path, rendered(more));
    const { status, stderr } = spawnSync("haproxy", ["-c", "-f", path], {
      encoding: "utf8",
      env: { ...process.env, POD_IP: "127.0.0.2", UI_AUTHORIZATION_SHA256: "0".repeat(64) },
    });
    rmSync(directory, { recursive: true });
    expect([status, stderr]).toEqual([0, ""]);
  });
});
