/**
 * Docker's health checks against servers that the test makes, run by what the images have: busybox.
 */
import { createServer, type Server } from "node:http";
import { createServer as createHttp2, type Http2Server } from "node:http2";
import type { AddressInfo } from "node:net";
import { PassThrough } from "node:stream";
import Docker from "dockerode";
import { afterEach, describe, expect, it } from "vitest";
import { imageCatalogue } from "../../platform/images.ts";
import { defaultServerVersion } from "../../platform/versions.ts";
import type { HealthCheck } from "../../platform/workload.ts";
import { healthCommand } from "../../targets/docker/health.ts";

describe("health checks", () => {
  const docker = new Docker();
  const image = imageCatalogue(defaultServerVersion).server.reference;
  let server: Server | Http2Server | undefined;
  afterEach(() => {
    server?.close();
  });

  const listening = async (made: Server | Http2Server): Promise<number> => {
    server = made;
    await new Promise<void>((resolve) => made.listen(0, "127.0.0.1", resolve));
    return (made.address() as AddressInfo).port;
  };

  /** Runs a check with the tools of the server's image, on this machine's own network. */
  const passes = async (check: HealthCheck): Promise<boolean> => {
    const [, ...command] = healthCommand(check);
    const [{ StatusCode }, container] = (await docker.run(image, [], new PassThrough(), {
      Entrypoint: command,
      HostConfig: { NetworkMode: "host", ReadonlyRootfs: true },
    })) as [{ StatusCode: number }, Docker.Container];
    await container.remove();
    return StatusCode === 0;
  };

  it.each([
    [200, true],
    [204, true],
    [404, false],
    [503, false],
  ])("by HTTP: status %i passes: %s", async (status, expected) => {
    const port = await listening(
      createServer((request, response) => {
        response.writeHead(request.url === "/health" ? status : 500).end();
      }),
    );
    expect(await passes({ kind: "http", port, path: "/health" })).toBe(expected);
  });

  it.each([
    ["SERVING", 1, true],
    ["NOT_SERVING", 2, false],
  ])("by gRPC: %s", async (_status, code, expected) => {
    const asked: unknown[] = [];
    const http2 = createHttp2();
    http2.on("stream", (stream, headers) => {
      asked.push([headers[":method"], headers[":path"], headers["content-type"], headers["te"]]);
      stream.on("data", (message: Buffer) => asked.push(message.subarray(7).toString("utf8")));
      stream.on("end", () => {
        stream.respond({ ":status": 200, "content-type": "application/grpc" });
        stream.end(Buffer.from([0, 0, 0, 0, 2, 8, code]));
      });
    });
    const port = await listening(http2);
    expect(await passes({ kind: "grpc", port, service: "some.Service" })).toBe(expected);
    // What says that it does not serve is asked a second time.
    expect(asked.slice(0, 2)).toEqual([
      ["POST", "/grpc.health.v1.Health/Check", "application/grpc", "trailers"],
      "some.Service",
    ]);
  });

  it("by nothing that answers: fails", async () => {
    const port = await listening(createServer());
    await new Promise((resolve) => server?.close(resolve));
    expect(await passes({ kind: "http", port, path: "/" })).toBe(false);
    expect(await passes({ kind: "grpc", port, service: "any" })).toBe(false);
  });
});
