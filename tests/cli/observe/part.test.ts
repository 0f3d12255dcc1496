import { describe, expect, it } from "vitest";
import { clusterState, type Part, type PartState, withMissing } from "../../../cli/observe/part.ts";

const part = (component: string, state: PartState): Part => ({
  ...{ component, state, name: `${component}-0`, restarts: 0, image: "i" },
});
const whole = ["frontend", "gateway", "history", "matching", "ui", "worker"];
const all = (state: PartState): Part[] => whole.map((component) => part(component, state));

describe("a cluster", () => {
  it("is healthy when all its parts are", () => {
    expect(clusterState(withMissing([...all("healthy"), part("postgres", "healthy")]))).toBe(
      "healthy",
    );
  });

  it("does not need a database of its own", () => {
    expect(clusterState(withMissing(all("healthy")))).toBe("healthy");
  });

  it.each(["starting", "unhealthy", "stopped"] as const)(
    "is unhealthy with a part that is %s",
    (state) => {
      expect(clusterState(withMissing([...all("healthy"), part("history", state)]))).toBe(
        "unhealthy",
      );
    },
  );

  it.each(whole)("is unhealthy without %s, which is named", (component) => {
    const parts = withMissing(all("healthy").filter((one) => one.component !== component));
    expect(clusterState(parts)).toBe("unhealthy");
    expect(parts.filter(({ state }) => state === "missing").map((one) => one.component)).toEqual([
      component,
    ]);
  });

  it("is unhealthy without a worker that is to run, which is named", () => {
    const parts = withMissing([...all("healthy"), part("orders", "healthy")], ["orders", "bills"]);
    expect(clusterState(parts)).toBe("unhealthy");
    expect(parts.filter(({ state }) => state === "missing").map((one) => one.component)).toEqual([
      "bills",
    ]);
  });

  it("does not run when it has no part, or only stopped ones", () => {
    expect(clusterState(withMissing([]))).toBe("not running");
    expect(withMissing([])).toEqual([]);
    expect(clusterState(withMissing(all("stopped")))).toBe("not running");
  });
});
