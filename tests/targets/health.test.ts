import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import type { HealthCheck } from "../../platform/workload.ts";
import { healthCommand, readinessCommand } from "../../targets/docker/health.ts";

let directory: string;
beforeEach(() => {
  const made = mkdtempSync(join(tmpdir(), "health-"));
  directory = made;
  return () => {
    rmSync(made, { recursive: true });
  };
});

/** Lets a program of this name do what a script says. */
function program(name: string, script: string): void {
  writeFileSync(join(directory, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
}

/** Lets a server answer so to `nc`, which notes its arguments and what it sends. */
function server(answer: string): void {
  program("nc", `echo "$@" >> nc.arguments; cat > nc.sent; printf '${answer}'`);
}

/** What was noted in a file. */
const noted = (file: string): string => readFileSync(join(directory, file), "utf8");

/** Runs a command; gives whether it ends with 0 within some seconds. */
function passes([file = "", ...args]: readonly string[], seconds: number): boolean {
  const env = { PATH: `${directory}:${process.env["PATH"] ?? ""}` };
  try {
    execFileSync(file, args, { cwd: directory, env, stdio: "ignore", timeout: seconds * 1000 });
    return true;
  } catch {
    return false;
  }
}

/** Whether the engine would find it healthy. */
function healthy(check: HealthCheck): boolean {
  const [kind, ...command] = healthCommand(check);
  expect(kind).toBe("CMD");
  return passes(command, 20);
}

/** Whether it is ready within some seconds. */
function ready(check: HealthCheck, seconds: number): boolean {
  const [limit, limitSeconds, ...command] = readinessCommand(check, seconds);
  expect([limit, limitSeconds]).toEqual(["timeout", String(seconds)]);
  return passes(command, seconds);
}

const http: HealthCheck = { kind: "http", port: 7233, path: "/health" };
const grpc: HealthCheck = { kind: "grpc", port: 7234, service: "some.v1.Service" };
const tcp: HealthCheck = { kind: "tcp", port: 7234 };
const exec: HealthCheck = { kind: "exec", command: ["probe", "-q", "it's", "$HOME"] };

const frame = "\\000\\000\\000\\000\\002\\010";
const serving = `${frame}\\001`;
const notServing = `${frame}\\002`;

const answers: [of: string, check: HealthCheck, answer: string, passes: boolean][] = [
  ["200 over HTTP", http, "HTTP/1.0 200 OK\\r\\n\\r\\n", true],
  ["204 over HTTP", http, "HTTP/1.0 204 No Content\\r\\n\\r\\n", true],
  ["404 over HTTP", http, "HTTP/1.0 404 Not Found\\r\\n\\r\\nand 200 more", false],
  ["503 over HTTP", http, "HTTP/1.0 503 Service Unavailable\\r\\n\\r\\n 200 ", false],
  ["nothing over HTTP", http, "", false],
  ["SERVING over gRPC", grpc, `before${serving}after`, true],
  ["NOT_SERVING over gRPC", grpc, notServing, false],
  ["nothing over gRPC", grpc, "", false],
];

describe("the engine's check", () => {
  it.each(answers)("of an answer of %s", (_of, check, answer, expected) => {
    server(answer);
    program("sleep", "exit 0");
    expect(healthy(check)).toBe(expected);
  });

  it.each<[kind: string, check: HealthCheck, port: string, sent: string[]]>([
    ["HTTP", http, "7233", ["GET /health HTTP/1.0\r\n"]],
    ["gRPC", grpc, "7234", ["PRI * HTTP/2.0", "/grpc.health.v1.Health/Check", "some.v1.Service"]],
  ])("asks over %s on the loopback interface", (_kind, check, port, sent) => {
    server(check.kind === "http" ? "HTTP/1.0 200 OK\\r\\n" : serving);
    expect(healthy(check)).toBe(true);
    expect(noted("nc.arguments")).toBe(`127.0.0.1 ${port}\n`);
    for (const word of sent) expect(noted("nc.sent")).toContain(word);
  });

  it("asks again, and more patiently, when the answer takes longer than usual", () => {
    // Answers after half a second, unless it has been told before that nobody listens any more.
    const answer = "(sleep 0.5; printf 'HTTP/1.0 200 OK\\r\\n') & answer=$!";
    program("nc", `echo asked >> nc.arguments; ${answer}; cat > /dev/null; kill $answer`);
    expect(healthy(http)).toBe(true);
    expect(noted("nc.arguments")).toBe("asked\nasked\n");
  });

  it.each([
    ["connections are taken", 0, true],
    ["connections are refused", 1, false],
  ])("of a port: %s", (_what, exitCode, expected) => {
    program("nc", `echo "$@" > nc.arguments; exit ${exitCode}`);
    expect(healthy(tcp)).toBe(expected);
    expect(noted("nc.arguments")).toBe("127.0.0.1 7234\n");
  });

  it("is the command itself where there is one, without a shell", () => {
    expect(healthCommand(exec)).toEqual(["CMD", "probe", "-q", "it's", "$HOME"]);
  });
});

describe("waiting until a container is ready", () => {
  /** Lets a program fail so many times before it does as it should. */
  const atLast = (fails: number, script: string): string =>
    `echo x >> tries; [ "$(wc -l < tries)" -gt ${fails} ] || exit 1; ${script}`;

  it.each<[kind: string, check: HealthCheck, name: string, script: string]>([
    ["HTTP", http, "nc", "cat > /dev/null; printf 'HTTP/1.0 200 OK\\r\\n'"],
    ["gRPC", grpc, "nc", `cat > /dev/null; printf '${serving}'`],
    ["a port", tcp, "nc", "exit 0"],
    ["a command", exec, "probe", "exit 0"],
  ])("tries in one process until it is: %s", (_kind, check, name, script) => {
    program(name, atLast(2, script));
    expect(ready(check, 20)).toBe(true);
    expect(noted("tries")).toBe("x\nx\nx\n");
  });

  it("hands a command its words as they are", () => {
    program("probe", `printf '%s\\n' "$@" > words`);
    expect(ready(exec, 20)).toBe(true);
    expect(noted("words")).toBe("-q\nit's\n$HOME\n");
  });

  it.each([http, grpc, tcp])("goes on as long as nobody answers: %j", (check) => {
    program("nc", "echo x >> tries; cat > /dev/null; exit 1");
    expect(ready(check, 1)).toBe(false);
    expect(noted("tries").split("\n").length).toBeGreaterThan(2);
  });

  it("does not take an answer that says no", () => {
    server(notServing);
    expect(ready(grpc, 1)).toBe(false);
    server("HTTP/1.0 503 Service Unavailable\\r\\n");
    expect(ready(http, 1)).toBe(false);
  });

  it("asks often at first, and leaves a busy machine more time to answer later", () => {
    program("nc", atLast(60, "cat > /dev/null; printf 'HTTP/1.0 200 OK\\r\\n'"));
    program("sleep", `echo "$1" >> pauses`);
    expect(ready(http, 20)).toBe(true);
    const pauses = noted("pauses").trimEnd().split("\n");
    expect(new Set(pauses.slice(0, 90))).toEqual(new Set(["0.1"]));
    expect(pauses.at(-1)).toBe("1");
  });
});
