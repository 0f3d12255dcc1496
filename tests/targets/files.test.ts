import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { databaseAuthority } from "../../platform/database.ts";
import type { Task } from "../../platform/workload.ts";
import { startWithFiles } from "../../targets/docker/files.ts";

const spec = (more: Partial<Task>): Task => ({
  name: "test",
  image: { reference: "test:1.0", version: "1.0", user: { uid: 1, gid: 1 } },
  command: ["cat"],
  environment: {},
  files: [],
  mounts: [],
  scratch: ["/tmp"],
  resources: { memoryMiB: 64 },
  timeoutSeconds: 60,
  interruption: "stop",
  ...more,
});

describe("files", () => {
  const directory = mkdtempSync(join(tmpdir(), "files-"));
  afterAll(() => {
    rmSync(directory, { recursive: true });
  });

  it("are written as they are, whatever is in them, before the program starts", () => {
    fc.assert(
      fc.property(
        fc.string().filter((text) => !text.includes("\0")),
        (content) => {
          const path = join(directory, "file");
          const { command } = startWithFiles(
            spec({ files: [{ path, content }], command: ["cat", path] }),
          );
          const [program = "", ...args] = command;
          expect(execFileSync(program, args, { encoding: "utf8" })).toBe(content);
        },
      ),
      { numRuns: 25 },
    );
  });

  it("have their directories in memory, once each", () => {
    const files = [
      { path: "/etc/a/x", content: "" },
      { path: "/etc/a/y", content: "" },
      { path: "/etc/b/z", content: "" },
    ];
    expect(startWithFiles(spec({ files })).tmpfs).toEqual(["/etc/a", "/etc/b", "/tmp"]);
  });

  it("leave a program without files alone", () => {
    expect(startWithFiles(spec({})).command).toEqual(["cat"]);
  });

  it("leave the image's own entry point alone where there are none, and cannot come before it", () => {
    const own = { ...spec({}), command: { kind: "image", args: [] } } as const;
    expect(startWithFiles(own)).toEqual({ command: own.command, tmpfs: ["/tmp"] });
    const files = [{ path: "/etc/a/x", content: "" }];
    expect(() => startWithFiles({ ...own, files })).toThrow("files need a command");
  });

  it("that are secrets do not stand in a command", () => {
    const files = [{ path: "/etc/x/ca.pem", content: { secret: databaseAuthority } }];
    expect(() => startWithFiles(spec({ files }))).toThrow("/etc/x/ca.pem is a secret");
  });
});
