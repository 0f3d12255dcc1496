/**
 * Builds an image by the engine's own builder, which every engine has.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type Docker from "dockerode";
import { contextArchive } from "../../../clients/build-context.ts";
import { loginOf, registryOf } from "../../../clients/registry-login.ts";

/** What an image is to be. */
export interface Build {
  readonly reference: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Ends the build. */
  readonly signal: AbortSignal;
}

/** Lines of a build's output that an error shows. */
const shownLines = 20;

/** What an engine reports while it builds. */
interface BuildEvent {
  readonly stream?: string;
  readonly error?: string;
}

/**
 * Builds a directory with a Dockerfile.
 *
 * @throws Error that ends with the last lines of the output.
 */
export async function buildImage(
  docker: Docker,
  directory: string,
  { reference, labels, signal }: Build,
): Promise<void> {
  const progress = await docker.buildImage(contextArchive(directory), {
    t: reference,
    labels: { ...labels },
    registryconfig: await loginsFor(directory),
    // What a step that failed leaves is nobody's.
    ...{ rm: true, forcerm: true },
    abortSignal: signal,
  });
  const events = await eventsOf(docker, progress);
  const failure = events.find(({ error }) => error !== undefined)?.error;
  if (failure === undefined) return;
  const output = events.map(({ stream = "" }) => stream).join("");
  const lines = output.trimEnd().split("\n").slice(-shownLines).join("\n");
  const why = `the image of ${directory} was not built: ${failure.trim()}`;
  throw new Error(lines === "" ? why : `${why}. Its last lines:\n${lines}`);
}

function eventsOf(docker: Docker, progress: NodeJS.ReadableStream): Promise<readonly BuildEvent[]> {
  return new Promise((resolve, reject) => {
    docker.modem.followProgress(progress, (error, events: readonly BuildEvent[]) => {
      if (error === null) resolve(events);
      else reject(error);
    });
  });
}

/** A login as the builder takes it. */
type BuilderLogin = Docker.RegistryConfig[string];

/** The logins of the registries that the Dockerfile's base images come from, as the engine takes them. */
async function loginsFor(directory: string): Promise<Docker.RegistryConfig> {
  const text = readFileSync(join(directory, "Dockerfile"), "utf8");
  const bases = [...text.matchAll(/^\s*FROM\s+(?:--\S+\s+)*([^\s$]+)\s*/gim)];
  const registries = new Set(bases.map(([, base = ""]) => registryOf(base)));
  const logins = await Promise.all(
    [...registries].map(async (registry): Promise<[string, BuilderLogin][]> => {
      const { auth } = await loginOf(registry, process.env);
      const { username, password, serveraddress } = auth ?? {};
      // The builder takes no tokens.
      if (username === undefined || password === undefined || serveraddress === undefined)
        return [];
      return [[serveraddress, { username, password }]];
    }),
  );
  return Object.fromEntries(logins.flat());
}
