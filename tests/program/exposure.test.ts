import { describe, expect, it } from "vitest";
import { type Recording, runProgram } from "../../testkit/harness.ts";

const container = "docker:index/container:Container";

/** A stack of one Docker cluster with these ports. */
const run = (publish: object, host?: string): Promise<Recording> =>
  runProgram({
    stack: "dev",
    config: {
      clusters: [
        {
          name: "dev",
          target: { kind: "docker", publish, ...(host === undefined ? {} : { host }) },
        },
      ],
    },
  });

interface Published {
  readonly ip: string;
  readonly external: number;
  readonly internal: number;
}

/** One line for each published port, such as `gateway 127.0.0.1:7233 → 7233`. */
const published = (program: Recording): readonly string[] =>
  program
    .ofType(container)
    .flatMap(({ name, inputs }) =>
      (inputs["ports"] as readonly Published[]).map(
        ({ ip, external, internal }) =>
          `${name.replace(/^temporal-dev-(.*)-0$/, "$1")} ${ip}:${external} → ${internal}`,
      ),
    )
    .sort();

const addresses = (program: Recording): readonly unknown[] => {
  const { dev } = program.outputs["clusters"] as {
    readonly dev: Readonly<Record<string, string>>;
  };
  return [dev["uiUrl"], dev["gatewayAddress"], dev["grpcAddress"]];
};

describe("published on Docker", () => {
  const at = "127.0.0.1";

  it.each<[string, object, readonly string[], readonly string[]]>([
    [
      "is one port for the web UI and gRPC, and the next for the frontend",
      {},
      [`frontend ${at}:7234 → 7233`, `gateway ${at}:7233 → 7233`],
      [`http://${at}:7233/`, `${at}:7233`, `${at}:7234`],
    ],
    [
      "are all three elsewhere with the web UI",
      { ui: 8000 },
      [`frontend ${at}:8001 → 7233`, `gateway ${at}:8000 → 7233`],
      [`http://${at}:8000/`, `${at}:8000`, `${at}:8001`],
    ],
    [
      "is a port for gRPC of its own, which leads to nothing else",
      { grpc: 9000 },
      [`frontend ${at}:7234 → 7233`, `gateway ${at}:7233 → 8233`, `gateway ${at}:9000 → 9233`],
      [`http://${at}:7233/`, `${at}:9000`, `${at}:7234`],
    ],
    [
      "is gRPC without the web UI",
      { ui: "none" },
      [`frontend ${at}:7234 → 7233`, `gateway ${at}:7233 → 9233`],
      ["http://gateway:7233/", `${at}:7233`, `${at}:7234`],
    ],
    [
      "is the web UI without gRPC",
      { grpc: "none" },
      [`frontend ${at}:7234 → 7233`, `gateway ${at}:7233 → 8233`],
      [`http://${at}:7233/`, "gateway:7233", `${at}:7234`],
    ],
    [
      "is the gateway without the frontend",
      { frontend: "none" },
      [`gateway ${at}:7233 → 7233`],
      [`http://${at}:7233/`, `${at}:7233`, "frontend:7233"],
    ],
    [
      "is the frontend alone",
      { ui: "none", grpc: "none" },
      [`frontend ${at}:7234 → 7233`],
      ["http://gateway:7233/", "gateway:7233", `${at}:7234`],
    ],
    [
      "is nothing",
      { ui: "none", grpc: "none", frontend: "none" },
      [],
      ["http://gateway:7233/", "gateway:7233", "frontend:7233"],
    ],
    [
      "is everything at every address, where the user accepts that nobody asks who calls",
      { address: "0.0.0.0", authorization: "none" },
      ["frontend 0.0.0.0:7234 → 7233", "gateway 0.0.0.0:7233 → 7233"],
      [`http://${at}:7233/`, `${at}:7233`, `${at}:7234`],
    ],
  ])("%s", async (_what, publish, ports, reached) => {
    const program = await run(publish);
    expect(published(program)).toEqual(ports);
    expect(addresses(program)).toEqual(reached);
  });

  it("is what leads to an engine elsewhere by its name", async () => {
    const publish = { address: "0.0.0.0", authorization: "none" };
    expect(addresses(await run(publish, "ssh://me@there"))).toEqual([
      "http://there:7233/",
      "there:7233",
      "there:7234",
    ]);
  });
});

describe("names in a Docker cluster's network", () => {
  it("are one for each workload, and a second for all frontends", async () => {
    const aliases = (await run({}))
      .ofType(container)
      .flatMap(({ inputs }) =>
        (inputs["networksAdvanced"] as readonly { readonly aliases: readonly string[] }[]).flatMap(
          (network) => network.aliases,
        ),
      );
    expect(aliases.sort()).toEqual([
      ...["frontend", "frontend-headless", "gateway", "history", "matching", "postgres", "ui"],
      "worker",
    ]);
  });
});
