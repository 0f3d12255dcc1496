import { execFile, execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { refuseProtected } from "../../cli/commands/destroy.ts";
import { type StackState, stackStateOf } from "../../cli/pulumi/export.ts";
import { table } from "../../cli/commands/findings.ts";
import { credentialFormats, credentialsText } from "../../cli/commands/credentials.ts";
import { outputsOf, welcome } from "../../cli/outputs.ts";
import { isAtLeast, versionIn } from "../../cli/pulumi/version.ts";

const project = resolve(import.meta.dirname, "../..");

const outputs = outputsOf({
  clusters: {
    dev: {
      uiUrl: "http://localhost:7233/",
      uiUser: "temporal",
      gatewayAddress: "localhost:7233",
      grpcAddress: "localhost:7234",
      namespaces: ["default", "billing"],
    },
  },
  uiPasswords: { dev: "s3cret" },
});

describe("destroy", () => {
  const urn = (name: string): string => `urn:pulumi:prod::temporal-platform::a$b::${name}`;
  const state = (...resources: object[]): StackState =>
    stackStateOf(JSON.stringify({ deployment: { resources } }));

  it("removes nothing where data is protected, and says what to do", () => {
    const pod = { urn: urn("temporal-prod-frontend"), type: "x" };
    const claim = { urn: urn("temporal-prod-postgres-data"), type: "y", protect: true };
    expect(() => {
      refuseProtected("prod", state(pod, claim));
    }).toThrow(
      "nothing was removed: data of stack prod is protected (temporal-prod-postgres-data). Set onDestroy of its clusters to delete or keep, run `npm run up`, and then destroy again",
    );
  });

  it("goes on where none is", () => {
    refuseProtected("dev", state({ urn: urn("a"), type: "x", protect: false }));
    refuseProtected("dev", undefined);
  });
});

describe("what `up` says at its end", () => {
  it("has the addresses, the way to the password and three steps, and no password", () => {
    const text = welcome(outputs, "dev");
    for (const word of [
      "http://localhost:7233/",
      "localhost:7233",
      "localhost:7234",
      "default, billing",
      "npm run -s password",
      "1. npm run hello",
    ]) {
      expect(text).toContain(word);
    }
    expect(text).not.toContain("s3cret");
    expect(text.split("Run your first workflow\n")[1]?.split("\n")).toHaveLength(3);
  });

  it("names a stack that is not the default one in every command", () => {
    const commands = welcome(outputs, "prod").match(/npm run .*? -- --stack prod/g);
    expect(commands).toHaveLength(3);
  });

  const onKubernetes = (gateway: string, gatewayTransport: string) =>
    outputsOf({
      clusters: {
        prod: {
          ...outputs.clusters["dev"],
          uiUrl: `https://${gateway}/`,
          gatewayAddress: gateway,
          gatewayTransport,
          grpcAddress: "frontend.temporal.svc.cluster.local:7233",
        },
      },
    });
  const choices = [{ name: "prod", context: "there" }];

  it("says which addresses speak TLS", () => {
    const text = welcome(onKubernetes("temporal.example.com:443", "tls"), "prod", choices);
    expect(text).toContain(
      "temporal.example.com:443  (through the gateway, with an audit log, over TLS)",
    );
    expect(text).toContain("(straight to the frontend)");
    expect(text).not.toContain("kubectl");
  });

  it("says how to reach what is only inside a Kubernetes cluster", () => {
    const inside = onKubernetes("gateway.temporal.svc.cluster.local:7233", "cleartext");
    const text = welcome(inside, "prod", choices);
    expect(text).toContain(
      "kubectl --context there --namespace temporal port-forward service/gateway 7233:7233",
    );
    expect(text).toContain("3. open http://localhost:7233/ ");
    expect(welcome(inside, "prod")).toContain("kubectl --namespace temporal port-forward");
  });

  it("is left out for a stack without clusters", () => {
    expect(welcome(outputsOf(undefined), "dev")).toBe("The stack has no cluster.");
  });
});

describe("credentials", () => {
  it("have no password unless it is asked for", () => {
    for (const format of credentialFormats) {
      expect(credentialsText(outputs, { format })).not.toContain("s3cret");
      expect(credentialsText(outputs, { format, showSecrets: true })).toContain("s3cret");
    }
  });

  it("are a line for each cluster", () => {
    expect(credentialsText(outputs, { format: "text", showSecrets: true })).toBe(
      "dev  http://localhost:7233/  user: temporal  password: s3cret  gRPC: localhost:7233",
    );
  });

  it("are assignments that a shell reads as they are meant", () => {
    const odd = { ...outputs, uiPasswords: { dev: "it's $HOME" } };
    const text = credentialsText(odd, { format: "env", showSecrets: true });
    expect(
      execFileSync("sh", ["-c", `${text}\nprintf %s "$TEMPORAL_UI_PASSWORD"`]).toString(),
    ).toBe("it's $HOME");
  });

  it("of several clusters have the clusters' names", () => {
    const { dev } = outputs.clusters;
    if (dev === undefined) throw new Error("there is no cluster dev");
    const two = { clusters: { dev, "eu-1": dev }, uiPasswords: {} };
    expect(credentialsText(two, { format: "env" })).toMatch(/^EU_1_TEMPORAL_ADDRESS='/m);
    expect(credentialsText(two, { format: "text", cluster: "eu-1" })).toMatch(/^eu-1  [^\n]*$/);
  });
});

describe("the doctor's table", () => {
  it("marks what is missing, in columns", () => {
    const findings = [
      { what: "Node", found: "24.0.0" },
      { what: "Pulumi CLI", remedy: "npm run bootstrap gets it" },
    ];
    expect(table(findings).split("\n")).toEqual([
      "✓ Node        24.0.0",
      "✗ Pulumi CLI  missing: npm run bootstrap gets it",
    ]);
  });
});

describe("versions", () => {
  it.each([
    ["v3.259.0", "3.259.0"],
    ["3.259.0-alpha.1+dirty", "3.259.0"],
    ["Pulumi 3.9.10\n", "3.9.10"],
    ["no version", undefined],
  ])("are found in %j", (text, expected) => {
    expect(versionIn(text)).toBe(expected);
  });

  it.each([
    ["3.250.0", "3.250.0", true],
    ["3.1000.0", "3.250.0", true],
    ["4.0.0", "3.250.0", true],
    ["3.99.9", "3.250.0", false],
  ])("%s is %s or newer: %j", (version, least, expected) => {
    expect(isAtLeast(version, least)).toBe(expected);
  });
});

describe("bad input", () => {
  it.each([
    [["up", "--stack", "nope"], "error: there is no Pulumi.nope.yaml: "],
    [["preview", "-s", "nope"], "error: there is no Pulumi.nope.yaml: "],
    [
      ["destroy"],
      "error: nothing was done, because there is no terminal to confirm it on: add --yes",
    ],
    [["hello", "--nonsense"], "error: unknown option '--nonsense'"],
    [["password", "extra"], "error: too many arguments"],
    [["status", "-s", "nope"], "error: there is no Pulumi.nope.yaml: "],
    [
      ["status", "--format", "xml"],
      "error: option '-f, --format <format>' argument 'xml' is invalid",
    ],
    [["logs", "-s", "nope"], "error: there is no Pulumi.nope.yaml: "],
    [["logs", "--tail", "-1"], "It must be a whole number"],
    [["logs", "--since", "5"], "It must be a time such as 30s, 5m, 2h or 30d."],
    [["manage", "install", "-s", "nope"], "error: there is no Pulumi.nope.yaml: "],
    [["manage", "start", "--timeout", "soon"], "It must be a whole number"],
    [["upp"], "error: unknown command 'upp'"],
    [["cluster", "upp"], "error: unknown command 'upp'"],
    [["cluster", "up", "No_name"], 'error: "No_name" cannot name a cluster: '],
    [["cluster", "down", "-"], 'error: "-" cannot name a cluster: '],
    [["cluster", "images", "No_name"], 'error: "No_name" cannot name a cluster: '],
    [["cluster", "up", "one", "two"], "error: too many arguments"],
  ])("%j gets one clear line, fails, and makes nothing", async (args, line) => {
    const home = mkdtempSync(join(tmpdir(), "platform-"));
    const command = [join(project, "cli", "main.ts"), ...args];
    const environment = { ...process.env, TEMPORAL_PLATFORM_HOME: home, PULUMI_STACK: "" };
    const run = promisify(execFile)(process.execPath, command, { env: environment });
    const failure = await run.then(
      () => undefined,
      (error: unknown) => error as { code: number; stderr: string },
    );
    expect(failure?.code).toBe(1);
    expect(failure?.stderr).toContain(line);
    expect(failure?.stderr).not.toMatch(/^\s+at /m);
    expect(readdirSync(home)).toEqual([]);
  });
});
