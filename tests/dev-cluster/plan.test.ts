import { describe, expect, it } from "vitest";
import {
  addressing,
  checkedName,
  freeNumber,
  freeSubnet,
  nodeName,
  planOf,
} from "../../dev-cluster/plan.ts";
import { UserError } from "../../offline/user-error.ts";

describe("a cluster's name", () => {
  it.each(["try", "a", "e2e-1a2b3c-a", "x".repeat(20)])("may be %s", (name) => {
    expect(checkedName(name)).toBe(name);
    // The kubelet's limit for a node's name as a label.
    expect(nodeName(name).length).toBeLessThanOrEqual(63);
  });

  it.each(["", "Try", "1st", "-a", "a-", "a_b", "a.b", "a b", "../a", "x".repeat(21), "ü"])(
    "may not be %j",
    (name) => {
      expect(() => checkedName(name)).toThrow(UserError);
      expect(() => checkedName(name)).toThrow("lower-case letters, digits and dashes, at most 20");
    },
  );
});

describe("a cluster's plan", () => {
  it("follows from its number", () => {
    expect(planOf("try", 7, "172.30.4.0/24")).toEqual({
      name: "try",
      node: "temporal-platform-cluster-try",
      number: 7,
      address: "172.30.4.7",
      pods: "10.244.7.0/24",
      services: "10.96.7.0/24",
      dns: "10.96.7.10",
    });
  });

  it("takes the first number that is free", () => {
    expect(freeNumber([])).toBe(2);
    expect(freeNumber([2, 4, 3, 6])).toBe(5);
    const all = Array.from({ length: 126 }, (_, index) => index + 2);
    expect(() => freeNumber(all)).toThrow("too many clusters");
  });
});

describe("the network of all clusters", () => {
  it("takes a subnet that overlaps with none", () => {
    expect(freeSubnet(["172.17.0.0/16", "10.0.0.0/8"])).toBe("172.30.0.0/24");
    expect(freeSubnet(["172.30.0.0/24", "172.30.1.128/25"])).toBe("172.30.2.0/24");
    expect(freeSubnet(["172.30.0.0/17", "172.30.128.7/32"])).toBe("172.30.129.0/24");
    expect(() => freeSubnet(["172.16.0.0/12"])).toThrow(UserError);
  });

  it("gives other containers addresses that no cluster has", () => {
    expect(addressing("172.30.4.0/24")).toEqual({
      Subnet: "172.30.4.0/24",
      Gateway: "172.30.4.1",
      IPRange: "172.30.4.128/25",
    });
  });
});
