/**
 * Who may connect to whom on Kubernetes, by the policies of a recorded program.
 */
import type { Recording } from "../../../testkit/harness.ts";

interface Rule {
  readonly ports: readonly { readonly port: number }[];
  readonly from?: readonly {
    readonly podSelector?: { readonly matchLabels: Readonly<Record<string, string>> };
    readonly namespaceSelector?: {
      readonly matchExpressions: readonly { readonly values: readonly string[] }[];
    };
  }[];
}

/** One line for each port of a cluster, such as `ui:8080 ← gateway`, sorted. */
export function callers(program: Recording, cluster: string): readonly string[] {
  const policies = program.ofType("kubernetes:networking.k8s.io/v1:NetworkPolicy");
  return policies
    .flatMap(({ inputs, name }) => {
      const { ingress = [] } = inputs["spec"] as { ingress?: readonly Rule[] };
      const workload = name.replace(`temporal-${cluster}-`, "");
      return ingress.flatMap((rule) =>
        rule.ports.map(({ port }) => `${workload}:${port} ← ${peersOf(rule)}`),
      );
    })
    .sort();
}

function peersOf({ from }: Rule): string {
  // A rule without a peer lets everybody in.
  if (from === undefined) return "everyone";
  const peers = from.map(
    ({ podSelector, namespaceSelector }) =>
      podSelector?.matchLabels["app.kubernetes.io/component"] ??
      `namespace ${namespaceSelector?.matchExpressions[0]?.values.join() ?? ""}`,
  );
  return peers.sort().join(" ");
}
