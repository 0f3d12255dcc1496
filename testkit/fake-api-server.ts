/**
 * An API server over real HTTP that keeps objects in memory: enough of Kubernetes for what a client says to it and what it hears.
 */
import { createServer, type IncomingMessage, type Server } from "node:http";
import { text } from "node:stream/consumers";
import { KubeConfig } from "@kubernetes/client-node";

type Json = Record<string, unknown>;

/** A request as it came. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: Json | undefined;
}

const kinds: Readonly<Record<string, readonly (readonly [kind: string, name: string])[]>> = {
  "api/v1": [
    ["ConfigMap", "configmaps"],
    ["Secret", "secrets"],
    ["Namespace", "namespaces"],
    ["Pod", "pods"],
    ["Event", "events"],
  ],
  "apis/apps/v1": [["Deployment", "deployments"]],
  "apis/batch/v1": [["Job", "jobs"]],
  "apis/networking.k8s.io/v1": [["NetworkPolicy", "networkpolicies"]],
  "apis/keda.sh/v1alpha1": [["ScaledObject", "scaledobjects"]],
};

/** Kinds of lists by what is listed. */
const listKinds: Readonly<Record<string, string>> = {
  pods: "PodList",
  events: "EventList",
  deployments: "DeploymentList",
};

/** A running fake. */
export class FakeApiServer {
  /** Objects by path; a test may put them here, or change what became of them. */
  readonly objects = new Map<string, Json>();
  readonly asked: Asked[] = [];
  /** What is answered instead of an object's own path, such as a refusal. */
  readonly refusals = new Map<string, readonly [code: number, message: string]>();
  /** What a pod's log is. */
  log = "";
  /** What becomes of an applied object. */
  onApply: (object: Json) => Json = (object) => object;
  /** Whether a deleted object stays, as one with a finalizer does. */
  keepsDeleted = false;
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  /** Starts one on a free port of the loopback interface. */
  static async start(): Promise<FakeApiServer> {
    const server = createServer();
    const fake = new FakeApiServer(server);
    server.on("request", (request, response) => {
      void fake.#answer(request).then(([code, body]) => {
        const plain = typeof body === "string";
        response.writeHead(code, { "content-type": plain ? "text/plain" : "application/json" });
        response.end(plain ? body : JSON.stringify(body));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return fake;
  }

  /** A kubeconfig that leads to it, as text; its context is `fake`. */
  get kubeconfig(): string {
    const address = this.#server.address();
    const port = typeof address === "object" ? (address?.port ?? 0) : 0;
    const config = new KubeConfig();
    config.loadFromClusterAndUser(
      { name: "fake", server: `http://127.0.0.1:${port}`, skipTLSVerify: true },
      { name: "user" },
    );
    config.contexts = [{ name: "fake", cluster: "fake", user: "user" }];
    config.setCurrentContext("fake");
    return config.exportConfig();
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(request: IncomingMessage): Promise<readonly [number, Json | string]> {
    const url = new URL(request.url ?? "", "http://fake");
    const sent = await text(request);
    const path = url.pathname.slice(1);
    const asked = {
      method: request.method ?? "",
      path,
      query: url.searchParams,
      body: sent === "" ? undefined : (JSON.parse(sent) as Json),
    };
    this.asked.push(asked);
    const served = kinds[path];
    if (served !== undefined) return [200, discovery(served)];
    const refused = this.refusals.get(path);
    if (refused !== undefined) return failure(...refused);
    if (path.endsWith("/log")) return [200, this.log];
    const listed = listKinds[path.split("/").at(-1) ?? ""];
    if (listed !== undefined) return [200, this.#list(path, listed)];
    return this.#object(asked);
  }

  #object({ method, path, query, body }: Asked): readonly [number, Json] {
    const found = this.objects.get(path);
    if (method === "PATCH" && body !== undefined) {
      const metadata = {
        ...(body["metadata"] as Json),
        uid: "u-1",
        managedFields: [{ manager: "x" }],
      };
      const applied = this.onApply({ ...body, metadata });
      if (query.get("dryRun") !== "All") this.objects.set(path, applied);
      return [200, applied];
    }
    if (found === undefined) return failure(404, `${path} not found`);
    if (method === "DELETE" && !this.keepsDeleted) this.objects.delete(path);
    return [200, found];
  }

  #list(path: string, kind: string): Json {
    const items = [...this.objects].flatMap(([key, object]) =>
      key.startsWith(`${path}/`) ? [object] : [],
    );
    return { kind, apiVersion: path.split("/").slice(1, -3).join("/"), items };
  }
}

function discovery(served: readonly (readonly [string, string])[]): Json {
  return {
    kind: "APIResourceList",
    resources: served.map(([kind, name]) => ({
      ...{ kind, name, singularName: "", verbs: ["get"] },
      namespaced: kind !== "Namespace",
    })),
  };
}

function failure(code: number, message: string): readonly [number, Json] {
  return [code, { kind: "Status", apiVersion: "v1", status: "Failure", code, message }];
}
