import { describe, expect, it } from "vitest";
import { isStale } from "../../cli/pulumi/locks.ts";

const lock = JSON.stringify({
  pid: 4711,
  username: "ada",
  hostname: "here",
  timestamp: "2026-11-23T12:56:08Z",
});
const gone = (): boolean => false;
const alive = (): boolean => true;

describe("a lock of a deployment", () => {
  it("is stale when its process is gone", () => {
    expect(isStale(lock, "here", gone)).toBe(true);
  });

  it("is held while its process runs", () => {
    expect(isStale(lock, "here", alive)).toBe(false);
  });

  it("is held when another machine wrote it: its processes cannot be seen", () => {
    expect(isStale(lock, "elsewhere", gone)).toBe(false);
  });

  it.each(["", "{}", '{"pid":"4711","hostname":"here"}', "not JSON"])(
    "is held when it cannot be read: %s",
    (text) => {
      expect(isStale(text, "here", gone)).toBe(false);
    },
  );
});
