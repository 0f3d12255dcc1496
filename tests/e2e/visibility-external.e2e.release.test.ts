/**
 * An index on a server of somebody else's, with TLS and a password: what is wrong with it is said before any role has it.
 */
import Docker from "dockerode";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { opensearchIndex } from "../../platform/opensearch.ts";
import { hostAddress } from "../../testkit/external-postgres.ts";
import { imagesOn } from "../../testkit/images.ts";
import { uniqueName } from "../../testkit/leftovers.ts";
import { OpenSearchNode } from "../../testkit/opensearch-node.ts";
import { TestStack } from "../../testkit/stack.ts";
import { until } from "../../testkit/test-namespace.ts";
import { startTlsProxy, type TlsProxy } from "../../testkit/tls-proxy.ts";
import { ids, oneLine, order, searchedCluster, withClient } from "../../testkit/visibility.ts";
import { withWorker } from "../../testkit/worker.ts";

const password = "TEMPORAL_VISIBILITY_PASSWORD";
const right = "the right password";
const name = uniqueName("search");

let node: OpenSearchNode;
let proxy: TlsProxy;
let stack: TestStack;
let cluster: object;
let address: string;

beforeAll(async () => {
  const docker = new Docker();
  await imagesOn(docker, ["opensearch"]);
  node = await OpenSearchNode.make(docker);
  await node.create(right);
  await node.healthy();
  // Another cluster's, whose template it shares.
  await node.tool("update-schema");
  await node.tool("create-index", "--index", opensearchIndex);
  proxy = await startTlsProxy(await hostAddress(docker), node.address);
  ({ cluster, address } = await searchedCluster(name));
  stack = await TestStack.create({});
});

afterAll(async () => {
  await stack.dispose();
  await proxy.close();
  await node.dispose();
});

const tried = async (
  { url = proxy.url, ca = proxy.authority, secret = right } = {},
  username = "temporal",
): Promise<{ exitCode: number; output: string }> => {
  const credentials = { kind: "basic", username };
  const visibility = {
    ...{ kind: "external", url, credentials },
    ...(ca === "" ? {} : { tls: { ca } }),
  };
  // An address that was tried is the place of the lists from then on.
  const moved = { [name]: { "visibility.index": `${url}/temporal_visibility_v1_${name}` } };
  await stack.configure({ clusters: [{ ...cluster, visibility }], moved });
  const { exitCode, output } = await stack.tryUp({ [password]: secret });
  return { exitCode, output: oneLine(output) };
};

describe("an index on a server of somebody else's, with TLS", () => {
  it("says before any role starts what is wrong with the password", async () => {
    const { exitCode, output } = await tried({ secret: "wrong" });
    expect(exitCode).not.toBe(0);
    expect(output).toContain("visibility-index: the search server at https://");
    expect(output).toContain("refused the user or the password");
    expect((await stack.healthy()).join(" ")).not.toContain("history");
  });

  it("… with the authority", async () => {
    const { exitCode, output } = await tried({ ca: "" });
    expect(exitCode).not.toBe(0);
    expect(output).toContain("visibility-index: the certificate of the search server");
  });

  it("… with the host's name", async () => {
    const { output } = await tried({ url: "https://search.invalid:9200" });
    expect(output).toMatch(
      /visibility-index: (nobody knows the host|the search server .* does not answer)/,
    );
  });

  it("is used when all is right, and lets workflows go on when the password is changed", async () => {
    expect(await tried()).toMatchObject({ exitCode: 0 });
    await withWorker(address, () =>
      withClient(address, (client) => order(client, "x", 1, "closed")),
    );
    const found = (): Promise<readonly string[]> =>
      withClient(address, (client) => ids(client, 'OrderId STARTS_WITH "x/"'));
    await until("the workflow is listed", async () => (await found()).length === 1);
    expect(await tried({ secret: "wrong" })).not.toMatchObject({ exitCode: 0 });
    await withWorker(address, () =>
      withClient(address, (client) => order(client, "x", 2, "closed")),
    );
    await until("the other one is listed", async () => (await found()).length === 2);
    expect(await stack.state()).not.toContain(right);
  });
});
