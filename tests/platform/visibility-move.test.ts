import { describe, expect, it } from "vitest";
import { identityViolations, type RegisteredCluster } from "../../platform/identity.ts";
import { visibilityPlace } from "../../platform/visibility-move.ts";
import { clusterWith } from "../../testkit/clusters.ts";

const cluster: RegisteredCluster = {
  ...{ numHistoryShards: 512, failoverVersionIncrement: 10, initialFailoverVersion: 1 },
  serverVersion: "1.32.2",
};

/** The cluster with a step of the move; undefined for PostgreSQL alone. */
function at(stage: string | undefined, index?: string): RegisteredCluster {
  const external = {
    ...{ kind: "external", url: "http://search", index, credentials: { kind: "none" } },
  };
  const visibility = index === undefined ? { kind: "managed", stage } : { ...external, stage };
  const place = visibilityPlace(clusterWith(stage === undefined ? {} : { visibility }));
  return place === undefined ? cluster : { ...cluster, visibility: place };
}

function verdict(
  from: RegisteredCluster | undefined,
  to: RegisteredCluster,
  index?: string,
): string {
  const moved = index === undefined ? {} : { dev: { "visibility.index": index } };
  const before = from === undefined ? {} : { dev: from };
  const found = identityViolations(before, { dev: to }, { retired: [], moved });
  return found.map(({ message }) => message).join("\n");
}

const [postgres, fill, serve, only] = [at(undefined), at("fill"), at("serve"), at("only")];
const steps = { postgres, fill, serve, only };
type Step = keyof typeof steps;

describe("the move of a cluster's lists", () => {
  it.each<[Step, Step]>([
    ["postgres", "fill"],
    ["fill", "serve"],
    ["serve", "only"],
    ["fill", "postgres"],
    ["only", "serve"],
  ])("may go from %s to %s", (from, to) => {
    expect(verdict(steps[from], steps[to])).toBe("");
  });

  it("has every step open to a new cluster", () => {
    expect(verdict(undefined, only)).toBe("");
  });

  it.each<[Step, Step]>([
    ["postgres", "only"],
    ["postgres", "serve"],
    ["fill", "only"],
  ])("does not go from %s to %s, where lists would lack what was before", (from, to) => {
    expect(verdict(steps[from], steps[to])).toContain(
      `visibility.stage of cluster dev is ${to}, and its lists are in PostgreSQL: the index would answer without them. Set fill, deploy, then serve, then only`,
    );
  });

  it.each<[Step, Step]>([
    ["serve", "fill"],
    ["only", "postgres"],
  ])("does not go from %s to %s: PostgreSQL knows nothing of what was since", (from, to) => {
    expect(verdict(steps[from], steps[to])).toContain("PostgreSQL was told nothing since");
    expect(verdict(steps[from], steps[to], "postgres")).toBe("");
  });

  it("does not go to another index, unless it is agreed to in words", () => {
    const [one, other] = [
      at("only", "temporal_visibility_v1_a"),
      at("only", "temporal_visibility_v1_b"),
    ];
    expect(verdict(one, other)).toContain("Another index would answer without what is in this one");
    expect(verdict(one, other)).toContain(
      'add "dev: { visibility.index: http://search/temporal_visibility_v1_b }" to temporal-platform:moved',
    );
    expect(verdict(one, other, "http://search/temporal_visibility_v1_b")).toBe("");
    expect(verdict(one, other, "http://search/temporal_visibility_v1_c")).not.toBe("");
  });

  it("serves from the index that was filled, and from no other", () => {
    const filled = at("fill", "temporal_visibility_v1_a");
    expect(verdict(filled, at("serve", "temporal_visibility_v1_b"))).not.toBe("");
  });
});
