import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { makeOnce } from "../../offline/once.ts";

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "once-"));
});

afterEach(async () => {
  await rm(directory, { recursive: true, force: true });
});

test("is made once", async () => {
  const path = join(directory, "deep", "thing");
  let made = 0;
  const make = async (fresh: string): Promise<void> => {
    made += 1;
    await writeFile(fresh, "content");
  };
  expect(await makeOnce(path, make)).toBe(path);
  expect(await makeOnce(path, make)).toBe(path);
  expect(made).toBe(1);
  expect(await readFile(path, "utf8")).toBe("content");
});

test("is made once for all who ask for it at the same time", async () => {
  const path = join(directory, "thing");
  let made = 0;
  const make = async (fresh: string): Promise<void> => {
    made += 1;
    await writeFile(fresh, "content");
  };
  expect(await Promise.all([makeOnce(path, make), makeOnce(path, make)])).toEqual([path, path]);
  expect(made).toBe(1);
});

test("a failure leaves nothing", async () => {
  const make = async (fresh: string): Promise<void> => {
    await mkdir(fresh);
    await writeFile(`${fresh}.beside`, "");
    throw new Error("no network");
  };
  await expect(makeOnce(join(directory, "thing"), make)).rejects.toThrow("no network");
  expect(await readdir(directory)).toEqual([]);
});

test("what another process has made meanwhile is taken", async () => {
  const path = join(directory, "thing");
  await makeOnce(path, async (fresh) => {
    await mkdir(fresh);
    await mkdir(path);
    await writeFile(join(path, "theirs"), "");
  });
  expect(await readdir(directory)).toEqual(["thing"]);
  expect(await readdir(path)).toEqual(["theirs"]);
});

test("left-overs go when their process is gone, and only then", async () => {
  // Process 1 always runs; the largest id that Linux allows is never in use here.
  for (const name of [
    "thing.1.part",
    "thing.4194304.part",
    "thing.4194304.part.layer0",
    "thing2",
  ]) {
    await mkdir(join(directory, name));
  }
  await makeOnce(join(directory, "thing"), (fresh) => mkdir(fresh));
  expect((await readdir(directory)).sort()).toEqual(["thing", "thing.1.part", "thing2"]);
});
