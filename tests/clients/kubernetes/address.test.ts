import { describe, expect, it } from "vitest";
import { internalAddress, portForward } from "../../../clients/kubernetes/address.ts";

const inside = { service: "gateway", namespace: "temporal", port: 7233 };

describe("an address", () => {
  it("inside a Kubernetes cluster says the service", () => {
    expect(internalAddress("gateway.temporal.svc.cluster.local:7233")).toEqual(inside);
  });

  it.each(["localhost:7233", "10.0.0.1:30233", "temporal.example.com:443", "", ":443"])(
    "that is reached from outside is none: %j",
    (address) => {
      expect(internalAddress(address)).toBeUndefined();
    },
  );

  it("inside is reached by kubectl, with what the stack file says", () => {
    const command = "--namespace temporal port-forward service/gateway 7233:7233";
    expect(portForward(inside)).toBe(`kubectl ${command}`);
    expect(portForward(inside, { context: "prod" })).toBe(`kubectl --context prod ${command}`);
    expect(portForward(inside, { context: "prod", kubeconfig: "~/k" })).toBe(
      `kubectl --kubeconfig ~/k --context prod ${command}`,
    );
  });
});
