/**
 * An OpenTelemetry collector: the real one, built from its Go modules (testkit/collector/), which writes the spans it gets to a file.
 */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type Docker from "dockerode";
import { execa } from "execa";
import { z } from "zod";
import { ensureGo, goBuilt, goPins } from "../offline/go.ts";
import { pathsOf } from "../offline/paths.ts";
import { hostAddress } from "./external-postgres.ts";
import { freePort } from "./stack.ts";
import { until } from "./test-namespace.ts";

const attribute = z.object({
  key: z.string(),
  value: z.looseObject({ stringValue: z.string().optional() }),
});

/** A line of the file exporter, in OTLP's JSON. */
const document = z.object({
  resourceSpans: z.array(
    z.object({
      resource: z.object({ attributes: z.array(attribute) }),
      scopeSpans: z.array(
        z.object({
          spans: z.array(
            z.object({
              traceId: z.string(),
              spanId: z.string(),
              parentSpanId: z.string().default(""),
              name: z.string(),
            }),
          ),
        }),
      ),
    }),
  ),
});

/** A span, and what sent it. */
export interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string;
  /** Of a gRPC call: `<service>/<method>`. */
  readonly name: string;
  /** Attributes of the resource, such as `service.name`. */
  readonly resource: Readonly<Record<string, string>>;
}

/** See {@link startCollector}. */
export interface Collector {
  /** Address as containers and the host see it. */
  readonly endpoint: string;
  /** All that it has got up to now. */
  spans(): Promise<readonly Span[]>;
  /** Stops it; it may be stopped already. */
  stop(): Promise<void>;
}

/** Starts one on the host, where the engine's containers reach it, and waits until it takes connections. */
export async function startCollector(docker: Docker): Promise<Collector> {
  const host = await hostAddress(docker);
  const port = await freePort();
  const directory = await mkdtemp(join(tmpdir(), "collector-"));
  const file = join(directory, "spans.json");
  const config = {
    receivers: { otlp: { protocols: { grpc: { endpoint: `${host}:${port}` } } } },
    exporters: { file: { path: file, flush_interval: "200ms" } },
    service: {
      telemetry: { metrics: { level: "none" } },
      pipelines: { traces: { receivers: ["otlp"], exporters: ["file"] } },
    },
  };
  const running = execa(await program(), ["--config", `yaml:${JSON.stringify(config)}`], {
    reject: false,
  });
  await until("the collector takes connections", () => answers(host, port));
  return {
    endpoint: `http://${host}:${port}`,
    spans: async () => spansOf(await readFile(file, "utf8").catch(() => "")),
    async stop() {
      running.kill();
      await running;
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** The spans of a file of the exporter; a line that is still being written is left out. */
function spansOf(text: string): readonly Span[] {
  const lines = text.split("\n").slice(0, -1);
  return lines.flatMap((line) =>
    document.parse(JSON.parse(line)).resourceSpans.flatMap(({ resource, scopeSpans }) => {
      const attributes = Object.fromEntries(
        resource.attributes.map(({ key, value }) => [key, value.stringValue ?? ""]),
      );
      return scopeSpans.flatMap(({ spans }) =>
        spans.map((span) => ({ ...span, resource: attributes })),
      );
    }),
  );
}

async function program(): Promise<string> {
  const { cache } = pathsOf(process.env);
  const go = await ensureGo(cache);
  const moduleDir = join(import.meta.dirname, "collector");
  const pins = await goPins(go, moduleDir, ["main.go"]);
  const output = join(cache, "programs", `collector-${pins}`, "collector");
  return goBuilt(
    "compile the OpenTelemetry collector",
    go,
    { moduleDir, package: ".", output },
    console.log,
  );
}

function answers(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, host);
    socket
      .once("connect", () => {
        socket.end();
        resolve(true);
      })
      .once("error", () => {
        resolve(false);
      });
  });
}
