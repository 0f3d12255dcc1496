/**
 * Where Pulumi keeps its state, and the passphrase that encrypts the secrets in it.
 */
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { chmod, link, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { z } from "zod";
import type { Paths } from "../../offline/paths.ts";
import type { PulumiCli } from "./cli.ts";

/** Variables of the environment. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Who said where the state is: PULUMI_BACKEND_URL or PULUMI_ACCESS_TOKEN, a `pulumi login`, or nobody, so that it is a directory of ours. */
export type StateChoice =
  | { readonly kind: "environment"; readonly url: string }
  | { readonly kind: "login"; readonly url: string }
  | { readonly kind: "files"; readonly url: string };

const credentials = z.object({ current: z.string().optional() });

/** Where the state is; changes nothing. */
export async function findState(
  paths: Paths,
  cli: PulumiCli,
  environment: Environment,
): Promise<StateChoice> {
  const url = set(environment["PULUMI_BACKEND_URL"]);
  if (url !== undefined) return { kind: "environment", url };
  // How a machine logs in to Pulumi Cloud without anyone there.
  if (set(environment["PULUMI_ACCESS_TOKEN"]) !== undefined) {
    return { kind: "environment", url: "https://api.pulumi.com" };
  }
  const login = await currentLogin(pulumiHomeOf(paths, cli, environment));
  if (login !== undefined) return { kind: "login", url: login };
  return { kind: "files", url: pathToFileURL(paths.state).href };
}

/** The PULUMI_HOME that a CLI is to have: a directory of ours for ours, the user's for the user's. */
export function pulumiHomeOf(paths: Paths, cli: PulumiCli, environment: Environment): string {
  return cli.own
    ? paths.pulumiHome
    : (set(environment["PULUMI_HOME"]) ?? join(homedir(), ".pulumi"));
}

async function currentLogin(pulumiHome: string): Promise<string | undefined> {
  const text = await readFile(join(pulumiHome, "credentials.json"), "utf8").catch(() => "{}");
  try {
    return set(credentials.parse(JSON.parse(text)).current);
  } catch {
    return undefined;
  }
}

/** Whether the user says which passphrase it is. */
export function passphraseIsGiven(environment: Environment): boolean {
  return (
    // An empty passphrase is one, too.
    environment["PULUMI_CONFIG_PASSPHRASE"] !== undefined ||
    set(environment["PULUMI_CONFIG_PASSPHRASE_FILE"]) !== undefined
  );
}

/**
 * Makes the passphrase when there is none.
 *
 * @returns Whether it was made now.
 */
export async function ensurePassphrase(paths: Paths): Promise<boolean> {
  if (existsSync(paths.passphrase)) return false;
  await mkdir(paths.home, { recursive: true });
  const fresh = `${paths.passphrase}.${process.pid}`;
  await writeFile(fresh, `${randomBytes(24).toString("base64url")}\n`, { mode: 0o600 });
  await chmod(fresh, 0o600);
  try {
    // Unlike rename, link never replaces what another process has just made, and may have used.
    await link(fresh, paths.passphrase);
    return true;
  } catch (error) {
    if (existsSync(paths.passphrase)) return false;
    throw error;
  } finally {
    await rm(fresh, { force: true });
  }
}

function set(value: string | undefined): string | undefined {
  return value === "" ? undefined : value;
}
