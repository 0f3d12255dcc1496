/**
 * Pulumi's language host for Node.
 */
import { type ChildProcess, spawn } from "node:child_process";
import * as grpc from "@grpc/grpc-js";
import type { ILanguageRuntimeServer } from "@pulumi/pulumi/proto/language_grpc_pb.js";
import messages from "@pulumi/pulumi/proto/language_pb.js";
import plugins from "@pulumi/pulumi/proto/plugin_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import { type Command, pluginCommand, programCommand } from "./commands.ts";
import { requiredPlugins } from "./packages.ts";

/** Exit code by which the SDK's loaders say that the user has seen the error already (sdk/nodejs/cmd/run). */
const alreadyReported = 32;

/** The calls that running programs, policy packs and plugins takes; code generation is not among them. */
type Calls = Pick<
  ILanguageRuntimeServer,
  | "handshake"
  | "getPluginInfo"
  | "getRequiredPackages"
  | "getProgramDependencies"
  | "installDependencies"
  | "runtimeOptionsPrompts"
  | "about"
  | "run"
  | "runPlugin"
  | "cancel"
>;

/** @param engine Address of the engine, where programs log to. */
export function languageHost(engine: string): Calls {
  let engineAddress = engine;
  /** Plugins are not among them: the engine asks them to cancel by itself. */
  const programs = new Set<ChildProcess>();

  return {
    handshake: (call, callback) => {
      engineAddress = call.request.getEngineAddress() || engineAddress;
      callback(null, new messages.LanguageHandshakeResponse());
    },

    getPluginInfo: (_call, callback) => {
      callback(null, new plugins.PluginInfo().setVersion("0.1.0"));
    },

    about: (_call, callback) => {
      callback(
        null,
        new messages.AboutResponse().setExecutable(process.execPath).setVersion(process.version),
      );
    },

    runtimeOptionsPrompts: (_call, callback) => {
      callback(null, new messages.RuntimeOptionsResponse());
    },

    getRequiredPackages: (call, callback) => {
      const found = requiredPlugins(programDirectory(call.request));
      const response = new messages.GetRequiredPackagesResponse();
      response.setPackagesList(
        found.map(({ name, version, server }) => {
          const dependency = new plugins.PackageDependency();
          return dependency.setKind("resource").setName(name).setVersion(version).setServer(server);
        }),
      );
      callback(null, response);
    },

    getProgramDependencies: (call, callback) => {
      const found = requiredPlugins(programDirectory(call.request));
      const response = new messages.GetProgramDependenciesResponse();
      response.setDependenciesList(
        found.map(({ name, version }) =>
          new messages.DependencyInfo().setName(name).setVersion(version),
        ),
      );
      callback(null, response);
    },

    installDependencies: (call) => {
      const directory = programDirectory(call.request);
      const child = spawn("npm", ["install", "--no-audit", "--no-fund"], {
        cwd: directory,
        stdio: ["ignore", "pipe", "pipe"],
      });
      const write = (chunk: Buffer): void => {
        call.write(new messages.InstallDependenciesResponse().setStdout(chunk));
      };
      child.stdout.on("data", write);
      child.stderr.on("data", write);
      ended(child).then(
        (code) => {
          if (code === 0) call.end();
          else fail(call, `npm install exited with ${code} in ${directory}`);
        },
        (error: unknown) => {
          fail(call, error);
        },
      );
    },

    run: (call, callback) => {
      const response = new messages.RunResponse();
      run(() => programCommand(call.request, engineAddress), programs, call)
        .then((code) => {
          if (code === alreadyReported) response.setBail(true);
          else if (code !== 0) response.setError(`the program exited with ${code}`);
        })
        .catch((error: unknown) => {
          response.setError(messageOf(error));
        })
        .finally(() => {
          callback(null, response);
        });
    },

    runPlugin: (call) => {
      let child: ChildProcess;
      try {
        child = start(pluginCommand(call.request), "pipe");
      } catch (error) {
        fail(call, error);
        return;
      }
      child.stdout?.on("data", (chunk: Buffer) => {
        call.write(new messages.RunPluginResponse().setStdout(chunk));
      });
      child.stderr?.on("data", (chunk: Buffer) => {
        call.write(new messages.RunPluginResponse().setStderr(chunk));
      });
      call.on("cancelled", () => child.kill("SIGTERM"));
      ended(child).then(
        (code) => {
          const status = typeof code === "number" ? code : 1;
          call.write(new messages.RunPluginResponse().setExitcode(status));
          call.end();
        },
        (error: unknown) => {
          fail(call, error);
        },
      );
    },

    cancel: (_call, callback) => {
      for (const program of programs) program.kill("SIGINT");
      callback(null, new empty.Empty());
    },
  };
}

async function run(
  command: () => Command,
  programs: Set<ChildProcess>,
  call: { on(event: "cancelled", listener: () => void): unknown },
): Promise<number | NodeJS.Signals> {
  const child = start(command(), "inherit");
  programs.add(child);
  call.on("cancelled", () => child.kill("SIGINT"));
  try {
    return await ended(child);
  } finally {
    programs.delete(child);
  }
}

function start(command: Command, output: "inherit" | "pipe"): ChildProcess {
  return spawn(process.execPath, command.arguments, {
    cwd: command.directory,
    env: { ...process.env, ...command.environment },
    stdio: ["ignore", output, output],
  });
}

/** Resolves with the exit code, or the signal that ended the process, when its output has been read. */
function ended(child: ChildProcess): Promise<number | NodeJS.Signals> {
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => {
      resolve(code ?? signal ?? 1);
    });
  });
}

function fail(call: { emit(event: "error", error: object): unknown }, error: unknown): void {
  call.emit("error", { code: grpc.status.FAILED_PRECONDITION, details: messageOf(error) });
}

function programDirectory(request: { getInfo(): messages.ProgramInfo | undefined }): string {
  return request.getInfo()?.getProgramDirectory() ?? ".";
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
