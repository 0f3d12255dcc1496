import { X509Certificate } from "node:crypto";
import * as grpc from "@grpc/grpc-js";
import type Docker from "dockerode";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { defaultHost, dockerClient } from "../../../clients/docker.ts";
import { imageCatalogue } from "../../../platform/images.ts";
import { defaultServerVersion } from "../../../platform/versions.ts";
import { configuredFrontend } from "../../../providers/temporal/objects/connection.ts";
import { type DevServer, startDevServer } from "../../../testkit/dev-server.ts";

/** Certificates, each as PEM: of an authority, and of a server and a client that it has signed. */
interface Certificates {
  readonly authority: string;
  readonly server: { readonly certificate: string; readonly key: string };
  readonly client: { readonly certificate: string; readonly key: string };
}

/** Makes certificates in a container whose image has OpenSSL. */
async function makeCertificates(docker: Docker): Promise<Certificates> {
  const key = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes";
  const signed = (name: string): string =>
    [
      `openssl req ${key} -subj /CN=${name} -addext subjectAltName=DNS:${name}.test -keyout ${name}.key -out ${name}.csr`,
      `openssl x509 -req -in ${name}.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -copy_extensions copy -out ${name}.pem`,
    ].join(" && ");
  const files = ["ca.pem", "server.pem", "server.key", "client.pem", "client.key"];
  const script = [
    "cd /tmp",
    `openssl req -x509 ${key} -days 2 -subj /CN=authority -keyout ca.key -out ca.pem`,
    signed("server"),
    signed("client"),
    files.map((file) => `base64 -w0 ${file}; echo`).join("; "),
  ].join(" && ");
  const container = await docker.createContainer({
    Image: imageCatalogue(defaultServerVersion).postgres.reference,
    Entrypoint: ["/bin/sh", "-c"],
    Cmd: [`{ ${script}; } 2>/tmp/log || cat /tmp/log`],
    Tty: true,
    HostConfig: { NetworkMode: "none" },
  });
  try {
    await container.start();
    await container.wait();
    const printed = String(await container.logs({ stdout: true, stderr: true }));
    const [authority = "", ...pems] = printed
      .trim()
      .split(/\s+/)
      .map((line) => Buffer.from(line, "base64").toString());
    const [certificate = "", serverKey = "", client = "", clientKey = ""] = pems;
    return {
      authority,
      server: { certificate, key: serverKey },
      client: { certificate: client, key: clientKey },
    };
  } finally {
    await container.remove({ force: true });
  }
}

/** What a frontend was told by a client's first call. */
interface Told {
  readonly authorization: string;
  readonly client: string;
}

/** A frontend that answers the first call of a connection, over TLS, to clients with a certificate. */
async function startFrontend(
  { authority, server: own }: Certificates,
  told: (one: Told) => void,
): Promise<{ readonly address: string; readonly stop: () => void }> {
  const server = new grpc.Server();
  const bytes = (value: Buffer): Buffer => value;
  server.addService(
    {
      getSystemInfo: {
        path: "/temporal.api.workflowservice.v1.WorkflowService/GetSystemInfo",
        ...{ requestStream: false, responseStream: false },
        ...{ requestSerialize: bytes, requestDeserialize: bytes },
        ...{ responseSerialize: bytes, responseDeserialize: bytes },
      },
    },
    {
      getSystemInfo: (
        call: grpc.ServerUnaryCall<Buffer, Buffer>,
        answer: grpc.sendUnaryData<Buffer>,
      ) => {
        const raw = call.getAuthContext().sslPeerCertificate?.raw;
        told({
          authorization: String(call.metadata.get("authorization")[0] ?? ""),
          client: raw === undefined ? "" : new X509Certificate(raw).subject,
        });
        answer(null, Buffer.alloc(0));
      },
    },
  );
  const credentials = grpc.ServerCredentials.createSsl(
    Buffer.from(authority),
    [{ cert_chain: Buffer.from(own.certificate), private_key: Buffer.from(own.key) }],
    true,
  );
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", credentials, (error, bound) => {
      if (error === null) resolve(bound);
      else reject(error);
    });
  });
  return {
    address: `127.0.0.1:${port}`,
    stop: () => {
      server.forceShutdown();
    },
  };
}

/** The provider's way to a frontend with these arguments, tried once. */
async function tried(frontend: object): Promise<void> {
  const provider = configuredFrontend(1000);
  provider.configure({ frontend });
  const connection = await provider.connect();
  await connection.close();
}

describe("a frontend at an address", () => {
  let server: DevServer;
  beforeAll(async () => {
    server = await startDevServer();
  });
  afterAll(async () => {
    await server.stop();
  });

  it("is reached in clear, and the connection is made once", async () => {
    const { address } = server;
    const provider = configuredFrontend();
    provider.configure({ frontend: { kind: "address", address, transport: "cleartext" } });
    const [one, other] = await Promise.all([provider.connect(), provider.connect()]);
    expect(one).toBe(other);
    await one.close();
  });

  it("is an error in one line when nobody is there, or somebody else", async () => {
    const at = (address: string, transport: string) =>
      tried({ kind: "address", address, transport });
    await expect(at("127.0.0.1:1", "cleartext")).rejects.toThrow(
      /^no Temporal answers at 127\.0\.0\.1:1 \(.+\)$/,
    );
  });
});

describe("a frontend over TLS", () => {
  let certificates: Certificates;
  let frontend: { readonly address: string; readonly stop: () => void };
  let told: Told[];
  beforeAll(async () => {
    const docker = dockerClient(process.env["DOCKER_HOST"] ?? defaultHost, process.env);
    certificates = await makeCertificates(docker);
    frontend = await startFrontend(certificates, (one) => told.push(one));
    told = [];
  });
  afterAll(() => {
    frontend.stop();
  });

  it("knows the client by its certificate and its API key", async () => {
    const { authority, client } = certificates;
    await tried({
      ...{ kind: "address", address: frontend.address, transport: "tls" },
      ...{ authority, client, serverName: "server.test", apiKey: "a-key" },
    });
    expect(told.at(-1)).toEqual({ authorization: "Bearer a-key", client: "CN=client" });
  });

  it("is not believed when another authority has signed its certificate, or it has another name", async () => {
    const { authority, client } = certificates;
    const at = { kind: "address", address: frontend.address, transport: "tls", client };
    await expect(tried({ ...at, serverName: "server.test" })).rejects.toThrow(
      "no Temporal answers",
    );
    await expect(tried({ ...at, authority, serverName: "other.test" })).rejects.toThrow(
      "no Temporal answers",
    );
  });
});

describe("a provider without a frontend", () => {
  it("says so when it is asked for an object", async () => {
    const provider = configuredFrontend();
    provider.configure({});
    await expect(provider.connect()).rejects.toThrow("does not know its frontend");
  });

  it("may be stopped on purpose", async () => {
    const provider = configuredFrontend();
    provider.configure({ frontend: { kind: "stopped" } });
    expect(provider.stopped()).toBe(true);
    await expect(provider.connect()).rejects.toThrow("the cluster is stopped: start it");
  });
});
