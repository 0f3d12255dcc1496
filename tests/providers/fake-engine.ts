/**
 * A Docker engine over real HTTP that keeps its things in memory: enough of the Engine API for what our resources say to it.
 */
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer, json } from "node:stream/consumers";

type Labels = Readonly<Record<string, string>>;

/** A container on it. */
export interface FakeContainer {
  readonly labels: Labels;
  running: boolean;
  /** Whether the engine was asked to make it: it runs until its command has ended. */
  readonly made?: boolean;
  /** Whether the engine has started it again after its end. */
  readonly startedAgain?: boolean | "told";
  readonly exitCode?: number;
  readonly log?: string;
}

/** A network on it. */
export interface FakeNetwork {
  readonly Name: string;
  readonly Labels: Labels;
  readonly Driver?: string;
  /** Attached containers, by id. */
  readonly Containers?: Readonly<Record<string, { readonly Name: string }>>;
}

/** What it says: an object, or bytes such as the lines of a report. */
export type Answer = readonly [code: number, body?: object | Buffer];

/** A pull that it was asked for. */
export interface FakePull {
  readonly reference: string;
  /** What X-Registry-Auth says; undefined when nothing was sent along. */
  readonly auth: unknown;
}

const gone: Answer = [404, { message: "no such thing" }];

/** A running fake. */
export class FakeEngine {
  readonly containers = new Map<string, FakeContainer>();
  readonly networks = new Map<string, FakeNetwork>();
  readonly volumes: string[] = [];
  /** References of the images that it has. */
  readonly images = new Set<string>();
  readonly pulls: FakePull[] = [];
  /** Names of what it consists of; Podman's has another one first. */
  components: readonly string[] = ["Engine", "containerd", "runc"];
  /** What it was asked to change, such as `POST containers/a/stop`. */
  readonly asked: string[] = [];
  /** Containers that it was asked to make. */
  readonly created: unknown[] = [];
  /** Images that it was asked to build: what they are called, and the archive. */
  readonly builds: { readonly reference: string; readonly archive: Buffer }[] = [];
  /** What the builder says. */
  onBuild: () => Answer = () => [200, Buffer.from('{"stream":"Successfully built"}\n')];
  /** Commands that were run in containers. */
  readonly commands: unknown[] = [];
  /** Runs a command; gives its exit code. */
  onCommand: () => number | Promise<number> = () => 0;
  /** What the registry of an image says. */
  onPull: (reference: string) => Answer | Promise<Answer> = () => [200, {}];
  /** Delays the end of a container that is told to stop. */
  onStop: (id: string) => void | Promise<void> = () => undefined;
  readonly #server = createServer((request, response) => void this.#serve(request, response));

  /** Starts one on a free port of the loopback interface. */
  static async start(): Promise<FakeEngine> {
    const fake = new FakeEngine();
    await once(fake.#server.listen(0, "127.0.0.1"), "listening");
    return fake;
  }

  /** Its address, as in DOCKER_HOST. */
  get host(): string {
    return `tcp://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "", "http://fake");
    const path = url.pathname.slice(1);
    const method = request.method ?? "";
    const isJson = request.headers["content-type"] === "application/json";
    const sent = isJson ? await json(request) : await buffer(request);
    if (method !== "GET") this.asked.push(`${method} ${path}`);
    const [code, body] = path.startsWith("images/")
      ? await this.#image(path.slice("images/".length), url.searchParams, request)
      : path === "build"
        ? this.#build(url.searchParams.get("t") ?? "", sent as Buffer)
        : await this.#answer(method, path, url.searchParams, sent as FakeNetwork);
    response.writeHead(code, { "content-type": "application/json" });
    response.end(Buffer.isBuffer(body) ? body : JSON.stringify(body));
  }

  #answer(
    method: string,
    path: string,
    query: URLSearchParams,
    sent: FakeNetwork & { readonly Cmd?: unknown },
  ): Answer | Promise<Answer> {
    const filters = JSON.parse(query.get("filters") ?? "{}") as Record<string, string[]>;
    const [kind, id = "", verb] = path.split("/");
    switch (kind) {
      case "version":
        return [200, { Version: "1.2.3", Components: this.components.map((Name) => ({ Name })) }];
      case "volumes":
        return [200, { Volumes: this.volumes.map((Name) => ({ Name })) }];
      case "networks":
        if (id === "create") {
          this.networks.set("made", sent);
          return [201, { Id: "made" }];
        }
        return id === "" ? [200, this.#networks(filters)] : this.#network(method, id);
      case "containers":
        if (id === "create") {
          this.created.push(sent);
          this.containers.set(`made-${this.created.length}`, {
            ...{ labels: {}, running: false, made: true },
          });
          return [201, { Id: `made-${this.created.length}` }];
        }
        return id === "json"
          ? [200, this.#containers(filters["label"] ?? [], query.get("all") !== null)]
          : this.#container(method, id, verb, sent.Cmd);
      case "exec":
        return verb === "start" ? [200, Buffer.alloc(0)] : this.#exitCode();
      default:
        return gone;
    }
  }

  async #image(
    path: string,
    query: URLSearchParams,
    { headers, method }: IncomingMessage,
  ): Promise<Answer> {
    if (path === "load") return [200, {}];
    if (method === "DELETE") return this.images.delete(path) ? [200, []] : gone;
    if (path !== "create") {
      return this.images.has(path.replace(/\/json$/, "")) ? [200, { Size: 1_000_000 }] : gone;
    }
    const [name = "", tag = ""] = ["fromImage", "tag"].map((key) => query.get(key) ?? "");
    const reference = `${name}${tag.includes(":") ? "@" : ":"}${tag}`;
    const sent = headers["x-registry-auth"];
    this.pulls.push({
      reference,
      auth:
        typeof sent === "string"
          ? JSON.parse(Buffer.from(sent, "base64url").toString("utf8"))
          : undefined,
    });
    const answer = await this.onPull(reference);
    if (answer[0] === 200) this.images.add(reference);
    return answer;
  }

  #build(reference: string, archive: Buffer): Answer {
    this.builds.push({ reference, archive });
    const [code, body] = this.onBuild();
    const said = Buffer.isBuffer(body) ? body.toString("utf8") : JSON.stringify(body);
    if (!said.includes('"error"')) this.images.add(reference);
    return [code, body ?? {}];
  }

  #networks({ name = [""], id = [""] }: Readonly<Record<string, string[]>>): object[] {
    return [...this.networks].flatMap(([Id, network]) =>
      Id.startsWith(id[0] ?? "") && new RegExp(name[0] ?? "").test(network.Name)
        ? { Id, ...network }
        : [],
    );
  }

  #network(method: string, id: string): Answer {
    const network = this.networks.get(id);
    if (network === undefined) return gone;
    if (method === "GET") return [200, network];
    if (Object.keys(network.Containers ?? {}).length > 0) return [403, { message: "in use" }];
    this.networks.delete(id);
    return [204];
  }

  #containers(labels: readonly string[], all: boolean): object[] {
    return [...this.containers].flatMap(([Id, { labels: own, running }]) => {
      const has = Object.entries(own).map(([key, value]) => `${key}=${value}`);
      return (all || running) && labels.every((label) => has.includes(label)) ? { Id } : [];
    });
  }

  async #container(
    method: string,
    id: string,
    verb: string | undefined,
    command: unknown,
  ): Promise<Answer> {
    const container = this.containers.get(id);
    if (container === undefined) return gone;
    const { running, exitCode: ExitCode = 0, log = "" } = container;
    switch (verb) {
      case "exec":
        if (!running) return [409, { message: `container ${id} is not running` }];
        this.commands.push(command);
        return [201, { Id: "e" }];
      case "logs":
        return [200, framed(log)];
      case "json":
        return [200, { State: { Running: running, Restarting: false, StartedAt: "then" } }];
      case "start":
        container.running = true;
        return [204];
      case "wait":
        if (container.made === true) return [200, { StatusCode: await this.onCommand() }];
        // Of one that runs again the engine says nothing, unless it is asked before it has noticed.
        if (container.startedAgain === true) return new Promise<Answer>(() => undefined);
        if (container.startedAgain !== "told") container.running = false;
        return [200, { StatusCode: ExitCode }];
      case "stop":
        await this.onStop(id);
        container.running = false;
        return [running ? 204 : 304];
      default:
        if (method === "DELETE") this.containers.delete(id);
        return [204];
    }
  }

  async #exitCode(): Promise<Answer> {
    return [200, { ExitCode: await this.onCommand() }];
  }
}

/** Output of a container without a terminal, as the engine frames it. */
function framed(text: string): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt8(1, 0);
  header.writeUInt32BE(Buffer.byteLength(text), 4);
  return Buffer.concat([header, Buffer.from(text)]);
}
