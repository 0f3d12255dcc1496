import { expect, it } from "vitest";
import { askedBy } from "./expressions.ts";

const asked = (...exprs: readonly string[]): Readonly<Record<string, readonly string[]>> =>
  Object.fromEntries([...askedBy(exprs)].map(([metric, labels]) => [metric, [...labels].sort()]));

it("an expression asks for the labels that it chooses by, and for those of the aggregations around it", () => {
  expect(
    asked(
      `histogram_quantile(0.9, sum by (le, a) (rate(x_bucket{temporal_cluster="dev",b=~"p(q|r)"}[5m]))) / max by (c) (y{temporal_cluster="dev"} / z{d!="}"})`,
    ),
  ).toEqual({ x_bucket: ["a", "b", "le"], y: ["c"], z: ["c", "d"] });
});

it("several expressions ask for the labels of all of them", () => {
  expect(asked(`x{a="1"}`, `sum (x{temporal_cluster="dev",b="2"})`)).toEqual({ x: ["a", "b"] });
});

it("a bracket that nobody closes is a mistake", () => {
  expect(() => asked(`sum by (a) (x{b="1"}`)).toThrow("a bracket is open");
});
