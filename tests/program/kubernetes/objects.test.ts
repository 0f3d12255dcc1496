import { beforeAll, describe, expect, it } from "vitest";
import {
  everythingBefore,
  type Recorded,
  type Recording,
  runProgram,
} from "../../../testkit/harness.ts";
import { podsOf } from "../../../testkit/pods.ts";

let program: Recording;
let objects: readonly Recorded[];

interface Metadata {
  readonly name?: string;
  readonly namespace?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

const metadata = ({ inputs }: Pick<Recorded, "inputs">): Metadata => inputs["metadata"] as Metadata;
const ofKind = (kind: string): readonly Recorded[] => program.ofType(`kubernetes:${kind}`);
const names = (kind: string): string[] =>
  ofKind(kind)
    .map((one) => metadata(one).name ?? "")
    .sort();

beforeAll(async () => {
  program = await runProgram({ stack: "prod" });
  objects = program.resources.filter(({ type }) => type.startsWith("kubernetes:"));
});

describe("every object", () => {
  it("has a parent among the platform's components", () => {
    for (const { urn } of objects) expect(urn).toMatch(/::temporal:[a-z]+:[A-Za-z]+\$kubernetes:/);
  });

  it("carries the platform's labels, and is in the cluster's namespace", () => {
    for (const object of objects) {
      expect(metadata(object).labels).toMatchObject({
        "app.kubernetes.io/name": "temporal",
        "app.kubernetes.io/instance": "prod",
        "app.kubernetes.io/managed-by": "temporal-platform",
        "temporal-platform/stack": "prod",
      });
      if (!object.type.endsWith(":Namespace")) {
        expect(metadata(object).namespace).toBe("temporal");
      }
    }
  });
});

describe("the order", () => {
  const started = ["config-check-1-32-2", "cluster-metadata-1-32-2"];

  /** Names of what comes before a workload, a task or the group. */
  const before = (name: string): ReadonlySet<string> => {
    const full = `temporal-prod-${name}`;
    const pod = podsOf(program).find(({ owner }) => owner.name === full);
    return everythingBefore(program, pod?.owner ?? program.named(full));
  };

  it("begins with the registry, which has agreed before anything else is made", () => {
    expect(program.made[0]).toBe("clusters");
  });

  it.each<[later: string, earlier: string[]]>([
    ["schema-1-32-2", ["postgres"]],
    ["cluster-metadata-1-32-2", ["schema-1-32-2", "config-check-1-32-2"]],
    ["history", ["schema-1-32-2", ...started]],
    ["matching", ["schema-1-32-2", ...started]],
    ["frontend", ["schema-1-32-2", ...started]],
    ["worker", ["schema-1-32-2", ...started]],
    ["workloads", ["namespace", "postgres"]],
    ["ui", ["frontend", "workloads"]],
    ["gateway", ["frontend", "workloads", "gateway-check-2-6-31"]],
  ])("%s comes after %s", (later, earlier) => {
    expect([...before(later)]).toEqual(
      expect.arrayContaining(earlier.map((name) => `temporal-prod-${name}`)),
    );
  });

  it.each<[name: string, others: string[]]>([
    ["history", ["matching", "frontend", "worker"]],
    ["matching", ["history", "frontend", "worker"]],
    ["frontend", ["history", "matching", "worker"]],
    ["worker", ["history", "matching", "frontend"]],
    ["ui", ["history", "matching", "worker", "gateway"]],
    ["gateway", ["history", "matching", "worker", "ui"]],
  ])("%s waits for none of %s", (name, others) => {
    const found = before(name);
    expect(others.filter((other) => found.has(`temporal-prod-${other}`))).toEqual([]);
  });
});

describe("the end", () => {
  const together = ["frontend", "gateway", "history", "matching", "ui", "worker"];
  const stopped = "temporal-platform/stopped";

  it("is the same for the roles, the web UI and the gateway; PostgreSQL's comes after", () => {
    const found = program.resources.filter(({ deletedWith }) =>
      deletedWith?.endsWith("-workloads"),
    );
    expect(found.map(({ name }) => name).sort()).toEqual(
      together.map((name) => `temporal-prod-${name}`),
    );
    for (const controller of found) {
      expect(controller.type).toMatch(/^kubernetes:apps\/v1:(Deployment|StatefulSet)$/);
      expect(controller.deletedWith).toBe("temporal-prod-workloads");
      expect(everythingBefore(program, controller)).toContain("temporal-prod-workloads");
    }
  });

  it("finds them by a label that nobody else has, and that their pods are not chosen by", () => {
    expect(program.named("temporal-prod-workloads").inputs).toMatchObject({
      context: program.named("prod-kubernetes").inputs["context"],
      namespace: "temporal",
      labels: { "app.kubernetes.io/instance": "prod", [stopped]: "together" },
    });
    const labelled = objects.filter((object) => stopped in metadata(object).labels);
    expect(labelled.map(({ name }) => name).sort()).toEqual(
      together.map((name) => `temporal-prod-${name}`),
    );
    for (const { inputs } of labelled) {
      expect(metadata({ inputs }).labels[stopped]).toBe("together");
      expect(JSON.stringify(inputs["spec"])).not.toContain(stopped);
    }
  });
});

describe("secrets", () => {
  it("are marked as secrets, never change and are named by the provider", () => {
    expect(
      ofKind("core/v1:Secret")
        .map(({ name }) => name)
        .sort(),
    ).toEqual(["temporal-prod-temporal-db-password", "temporal-prod-ui-authorization-sha256"]);
    for (const secret of ofKind("core/v1:Secret")) {
      expect(secret.inputs["immutable"]).toBe(true);
      expect(metadata(secret)).not.toHaveProperty("name");
      expect(secret.secretPaths.join(" ")).toMatch(/stringData/);
    }
  });

  it("are in no other object", () => {
    const text = JSON.stringify(
      objects.filter(({ type }) => !type.endsWith(":Secret")).map(({ inputs }) => inputs),
    );
    expect(text).not.toMatch(/generated-/);
  });
});

describe("files", () => {
  const maps = (): readonly Recorded[] => ofKind("core/v1:ConfigMap");
  const named = (map: Recorded): boolean => "name" in metadata(map);

  it("are ConfigMaps that never change and are named by the provider", () => {
    const files = maps().filter((map) => !named(map));
    expect(files).toHaveLength(11);
    for (const map of files) expect(map.inputs["immutable"]).toBe(true);
  });

  it("are a ConfigMap that changes in place where the dynamic config is, once the server has accepted it", () => {
    expect(
      maps()
        .filter(named)
        .map(({ name }) => name),
    ).toEqual(["temporal-prod-dynamic-config"]);
    const map = program.named("temporal-prod-dynamic-config");
    expect(metadata(map).name).toBe("dynamic-config");
    expect(map.inputs).not.toHaveProperty("immutable");
    expect([...everythingBefore(program, map)]).toContain("temporal-prod-config-check-1-32-2");
    const readers = podsOf(program).filter(({ spec }) =>
      (spec.volumes ?? []).some(({ name }) => name === "dynamic-config"),
    );
    expect(readers.map(({ component }) => component).sort()).toEqual([
      ...["cluster-metadata", "frontend", "history", "matching", "worker"],
    ]);
    for (const { owner } of readers) {
      expect([...everythingBefore(program, owner)]).toContain("temporal-prod-dynamic-config");
    }
    expect(program.named("prod-kubernetes").inputs["enableConfigMapMutable"]).toBe("true");
  });
});

describe("tasks", () => {
  it("are Jobs named by what they do and the version, and run again after a failure", () => {
    for (const job of ofKind("batch/v1:Job")) {
      expect(job.name).toMatch(
        /^temporal-prod-((schema|config-check|cluster-metadata)-1-32-2|gateway-check-2-6-31)$/,
      );
      expect(metadata(job).annotations).toMatchObject({ "pulumi.com/replaceUnready": "true" });
    }
  });

  it("end soon when they are asked to, but for the schema's, which nothing cuts", () => {
    for (const job of ofKind("batch/v1:Job")) {
      const spec = job.inputs["spec"] as {
        activeDeadlineSeconds?: number;
        template: { spec: { terminationGracePeriodSeconds: number } };
      };
      const { annotations } = metadata(job);
      const grace = spec.template.spec.terminationGracePeriodSeconds;
      if (job.name.includes("schema")) {
        expect(annotations).toMatchObject({ "temporal-platform/interruption": "finish" });
        expect([spec.activeDeadlineSeconds, grace]).toEqual([undefined, 7200]);
      } else {
        expect(annotations).not.toHaveProperty(["temporal-platform/interruption"]);
        expect(grace).toBe(10);
        expect(spec.activeDeadlineSeconds).toBeGreaterThan(0);
      }
    }
  });
});

describe("services", () => {
  it("are headless where peers find each other, and one address where they are chosen from", () => {
    const headless = ofKind("core/v1:Service").filter(
      ({ inputs }) => (inputs["spec"] as { clusterIP?: string }).clusterIP === "None",
    );
    expect(headless.map((one) => metadata(one).name).sort()).toEqual(
      expect.arrayContaining(["frontend-headless", "history", "matching"]),
    );
    expect(names("core/v1:Service")).toEqual([
      ...["frontend", "frontend-headless", "gateway", "history", "matching", "postgres", "ui"],
      "worker",
    ]);
  });

  it("are two of the frontend: one address, and those of all its pods for the gateway", () => {
    const [one, all] = ["frontend", "frontend-headless"].map((wanted) => {
      const service = ofKind("core/v1:Service").find(
        ({ name }) => name === `temporal-prod-${wanted}`,
      );
      const { clusterIP, ...spec } = service?.inputs["spec"] as { readonly clusterIP?: string };
      return { clusterIP, spec };
    });
    expect([one?.clusterIP, all?.clusterIP]).toEqual([undefined, "None"]);
    expect(all?.spec).toEqual(one?.spec);
  });
});

describe("disruption", () => {
  it("takes one pod of a role with replicas at a time, and lets a single one move", () => {
    expect(names("policy/v1:PodDisruptionBudget")).toEqual([
      ...["frontend", "gateway", "history", "matching", "worker"],
    ]);
    for (const { inputs } of ofKind("policy/v1:PodDisruptionBudget")) {
      expect(inputs["spec"]).toMatchObject({ maxUnavailable: 1 });
    }
  });

  it("of a deployment is none: a new pod is ready before an old one goes, one at a time", () => {
    for (const { inputs } of ofKind("apps/v1:Deployment")) {
      expect(inputs["spec"]).toMatchObject({
        strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
      });
    }
  });
});

describe("volumes", () => {
  it("are PostgreSQL's, and protected in the prod stack", () => {
    const claims = ofKind("core/v1:PersistentVolumeClaim");
    expect(claims.map((one) => [metadata(one).name, one.options.protect])).toEqual([
      ["postgres-data-postgres-0", true],
    ]);
    expect(program.named("temporal-prod-namespace").options.protect).toBe(true);
  });

  it("are claimed by the StatefulSets under their own names", () => {
    for (const { owner } of podsOf(program)) {
      if (!owner.type.endsWith(":StatefulSet")) continue;
      const { volumeClaimTemplates } = owner.inputs["spec"] as {
        volumeClaimTemplates: readonly { metadata: { name: string } }[];
      };
      for (const template of volumeClaimTemplates) {
        const claim = `${template.metadata.name}-${metadata(owner).name ?? ""}-0`;
        expect(names("core/v1:PersistentVolumeClaim")).toContain(claim);
      }
    }
  });
});
