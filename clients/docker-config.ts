/**
 * The Docker CLI's own config file: its current context, and the logins that `docker login` leaves.
 */
import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { z } from "zod";

/** Variables of the environment. Of them, DOCKER_CONFIG says where the file is. */
type Environment = Readonly<Record<string, string | undefined>>;

const text = z.string().optional();

const login = z.object({
  /** User and password with a colon between them, in base64. */
  auth: text,
  username: text,
  password: text,
  identitytoken: text,
  registrytoken: text,
});

const schema = z.object({
  currentContext: text,
  /** Logins by the registry's address. */
  auths: z.record(z.string(), login.catch({})).catch({}),
  /** Name of the program that keeps the logins of registries that have none of their own. */
  credsStore: text,
  /** Names of such programs by the registry's address. */
  credHelpers: z.record(z.string(), z.string()).catch({}),
});

/** What the file says. */
export type DockerConfig = z.output<typeof schema>;

/** The directory with the file and the contexts. */
export function dockerConfigDirectory(environment: Environment, home = homedir()): string {
  const given = environment["DOCKER_CONFIG"] ?? "";
  return given === "" ? join(home, ".docker") : given;
}

/**
 * Reads the file; nothing is in one that is not there.
 *
 * @throws Error when it cannot be read, or is not what Docker writes; nothing of its content is in the error's text.
 */
export async function readDockerConfig(path: string): Promise<DockerConfig> {
  const content = await readFile(path, "utf8").catch((error: unknown) => {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return "{}";
    throw error;
  });
  try {
    return schema.parse(JSON.parse(content));
  } catch {
    throw new Error(`${path} is not what Docker writes`);
  }
}
