/**
 * The logins of registries, as the Docker CLI keeps them (docker/cli, cli/config/credentials): in its config file, or with a program that is
 * named there. The engine has none of its own: whoever asks it to pull sends one along.
 */
import { join } from "node:path";
import type Docker from "dockerode";
import { execa } from "execa";
import { z } from "zod";
import { type DockerConfig, dockerConfigDirectory, readDockerConfig } from "./docker-config.ts";

/** Variables of the environment: DOCKER_CONFIG, and whatever a credential helper reads. */
type Environment = Readonly<Record<string, string | undefined>>;

/** A login, or that there is none. */
export interface RegistryLogin {
  /** What is sent along; undefined when there is none. */
  readonly auth?: Docker.AuthConfigObject;
  /** Whose it is and where it comes from, as the end of a sentence; never a secret. */
  readonly description: string;
}

/** Docker Hub's name in references. */
export const dockerHub = "docker.io";

/** Docker Hub's name among logins. */
const dockerHubKey = "https://index.docker.io/v1/";

/** How long a credential helper may take, in milliseconds: it may ask a cloud for a token, or a keychain that asks its user. */
const helperPatience = 20_000;

/** What a helper says of a registry that it knows no login of (docker-credential-helpers, credentials/error.go). */
const helperHasNone = "credentials not found in native keychain";

/** The user name by which a helper says that the secret is a token and no password (docker/cli, native_store.go). */
const tokenUser = "<token>";

const helperAnswer = z.object({ Username: z.string(), Secret: z.string() });

/** The registry of an image. Docker takes the first part of a reference for one when it has a dot or a port, or is `localhost`. */
export function registryOf(reference: string): string {
  const [first = "", ...rest] = reference.split("/");
  if (rest.length === 0 || !(/[.:]/.test(first) || first === "localhost")) return dockerHub;
  return first === "index.docker.io" ? dockerHub : first;
}

/**
 * The login of a registry. One that cannot be had is none, and the cause is description: public images are pulled without it.
 *
 * @param registry See {@link registryOf}.
 */
export async function loginOf(registry: string, environment: Environment): Promise<RegistryLogin> {
  const file = join(dockerConfigDirectory(environment), "config.json");
  const key = registry === dockerHub ? dockerHubKey : registry;
  try {
    const config = await readDockerConfig(file);
    const helper = config.credHelpers[key] ?? config.credsStore ?? "";
    const place = helper === "" ? file : `docker-credential-${helper}`;
    const auth = helper === "" ? loginIn(config, key) : await helpersLogin(place, key, environment);
    if (auth === undefined)
      return { description: `without a login (${place} has none for ${registry})` };
    const { username } = auth;
    return {
      auth: { ...auth, serveraddress: key },
      description: `with ${username === undefined ? "a token" : `the login of ${username}`} in ${place}`,
    };
  } catch (error) {
    return {
      description: `without a login (${error instanceof Error ? error.message : String(error)})`,
    };
  }
}

function loginIn({ auths }: DockerConfig, key: string): Docker.AuthConfigObject | undefined {
  // Old files have addresses with a scheme and a path.
  const old = Object.keys(auths).find(
    (one) => one.replace(/^https?:\/\//, "").split("/")[0] === key,
  );
  const { auth = "", ...entry } = auths[key] ?? auths[old ?? ""] ?? {};
  // A password may have colons, and zeros at its end are the padding of old files.
  const [, username = "", password = ""] =
    /^([^:]*):([^\0]*)/.exec(Buffer.from(auth, "base64").toString("utf8")) ?? [];
  return filled({ ...(username === "" ? {} : { username, password }), ...entry });
}

/** @throws Error when the program is not there or fails, with what it says of that. */
async function helpersLogin(
  program: string,
  key: string,
  environment: Environment,
): Promise<Docker.AuthConfigObject | undefined> {
  const {
    failed,
    stdout,
    shortMessage = "",
  } = await execa(program, ["get"], {
    input: key,
    env: environment,
    extendEnv: false,
    timeout: helperPatience,
    reject: false,
  });
  if (failed) {
    // Helpers print their errors where their answers go.
    const said = stdout.trim().split("\n")[0] ?? "";
    if (said === helperHasNone) return undefined;
    throw new Error(said === "" ? shortMessage.replaceAll("\n", " ") : `${program}: ${said}`);
  }
  try {
    const { Username: username, Secret: secret } = helperAnswer.parse(JSON.parse(stdout));
    return filled(
      username === tokenUser ? { identitytoken: secret } : { username, password: secret },
    );
  } catch {
    throw new Error(`${program} answers otherwise than Docker wants it`);
  }
}

/** What has a value; undefined when nothing has one. */
function filled(
  login: Readonly<Record<string, string | undefined>>,
): Docker.AuthConfigObject | undefined {
  const entries = Object.entries(login).filter(([, value]) => value !== undefined && value !== "");
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}
