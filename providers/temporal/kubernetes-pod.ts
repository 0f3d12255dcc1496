/**
 * Pods in words.
 */
import type { V1Pod } from "@kubernetes/client-node";

/** How a pod is, in a line. */
export function podText({ metadata, status }: V1Pod, namespace: string): string {
  const name = metadata?.name ?? "";
  const waiting = (status?.containerStatuses ?? []).flatMap(
    ({ state, restartCount, lastState }) => {
      const reason = state?.waiting?.reason ?? state?.terminated?.reason;
      const message = state?.waiting?.message ?? lastState?.terminated?.message;
      const again = restartCount > 0 ? [`started again ${restartCount} times`] : [];
      return [
        ...(reason === undefined ? [] : [reason]),
        ...(message === undefined ? [] : [message]),
        ...again,
      ];
    },
  );
  const how = [status?.phase ?? "Unknown", ...waiting].join(", ");
  return `Pod ${name}: ${how} (see \`kubectl logs ${name} -n ${namespace}\`)`;
}
