import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { pathsOf } from "../../offline/paths.ts";
import type { PulumiCli } from "../../cli/pulumi/cli.ts";
import { ensurePassphrase, findState, passphraseIsGiven } from "../../cli/pulumi/state.ts";

const own: PulumiCli = { path: "/ours/pulumi", version: "3.259.0", own: true };
const theirs: PulumiCli = { path: "/theirs/pulumi", version: "3.300.0", own: false };

/** Paths below a directory that is empty. */
function newPaths(): ReturnType<typeof pathsOf> {
  return pathsOf({ TEMPORAL_PLATFORM_HOME: mkdtempSync(join(tmpdir(), "platform-")) });
}

/** A PULUMI_HOME in which someone has logged in. */
function loggedIn(home: string, credentials: string): string {
  mkdirSync(home, { recursive: true });
  writeFileSync(join(home, "credentials.json"), credentials);
  return home;
}

describe("where the state is", () => {
  it("is where the environment says, before all", async () => {
    const paths = newPaths();
    loggedIn(paths.pulumiHome, '{"current":"s3://bucket"}');
    expect(await findState(paths, own, { PULUMI_BACKEND_URL: "gs://bucket" })).toEqual({
      kind: "environment",
      url: "gs://bucket",
    });
  });

  it("is where the user has logged in, in the PULUMI_HOME of the CLI that is used", async () => {
    const paths = newPaths();
    const PULUMI_HOME = loggedIn(join(paths.home, "theirs"), '{"current":"s3://bucket"}');
    expect(await findState(paths, theirs, { PULUMI_HOME })).toEqual({
      kind: "login",
      url: "s3://bucket",
    });
    expect(await findState(paths, own, { PULUMI_HOME })).toMatchObject({ kind: "files" });
    loggedIn(paths.pulumiHome, '{"current":"https://pulumi.test"}');
    expect(await findState(paths, own, {})).toEqual({ kind: "login", url: "https://pulumi.test" });
  });

  it.each(['{"current":""}', "{}", "not JSON", '{"current":7}'])(
    "is a directory of ours when nobody says, as in %s",
    async (credentials) => {
      const paths = newPaths();
      loggedIn(paths.pulumiHome, credentials);
      expect(await findState(paths, own, { PULUMI_BACKEND_URL: "" })).toEqual({
        kind: "files",
        url: `file://${paths.state}`,
      });
    },
  );
});

describe("the passphrase", () => {
  it.each([
    [{ PULUMI_CONFIG_PASSPHRASE: "word" }, true],
    [{ PULUMI_CONFIG_PASSPHRASE: "" }, true],
    [{ PULUMI_CONFIG_PASSPHRASE_FILE: "/file" }, true],
    [{ PULUMI_CONFIG_PASSPHRASE_FILE: "" }, false],
    [{}, false],
  ])("is the user's by %j: %j", (environment, given) => {
    expect(passphraseIsGiven(environment)).toBe(given);
  });

  it("is made once, for its owner's eyes only", async () => {
    const paths = newPaths();
    expect(await ensurePassphrase(paths)).toBe(true);
    const text = readFileSync(paths.passphrase, "utf8");
    expect(text.trim().length).toBeGreaterThanOrEqual(32);
    expect(statSync(paths.passphrase).mode & 0o777).toBe(0o600);

    expect(await ensurePassphrase(paths)).toBe(false);
    expect(readFileSync(paths.passphrase, "utf8")).toBe(text);
    expect(readdirSync(paths.home)).toEqual(["passphrase"]);
  });
});
