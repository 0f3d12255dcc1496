/**
 * Makes objects just as they are written: the client library knows a kind by its model, and drops what that does not have under the same name, such as
 * `x-kubernetes-int-or-string` of a description of a kind.
 */
import https from "node:https";
import { text } from "node:stream/consumers";
import type { KubeConfig } from "@kubernetes/client-node";

/**
 * Makes an object of no namespace, or changes it, as `kubectl apply --server-side` does.
 *
 * @param path Of its collection, such as `/apis/apiextensions.k8s.io/v1/customresourcedefinitions`.
 * @throws Error with what the API server answers when it refuses.
 */
export async function applyRaw(
  config: KubeConfig,
  path: string,
  object: { readonly metadata: { readonly name: string } },
): Promise<void> {
  const { name } = object.metadata;
  const options: https.RequestOptions = {
    method: "PATCH",
    headers: { "content-type": "application/apply-patch+yaml" },
  };
  await config.applyToHTTPSOptions(options);
  const server = config.getCurrentCluster()?.server ?? "";
  const url = `${server.replace(/\/$/, "")}${path}/${name}?fieldManager=e2e&force=true`;
  const [status, body] = await new Promise<[number, string]>((resolve, reject) => {
    const asked = https.request(url, options, (answer) => {
      text(answer).then((words) => {
        resolve([answer.statusCode ?? 0, words]);
      }, reject);
    });
    asked.on("error", reject).end(JSON.stringify(object));
  });
  if (status >= 300) throw new Error(`the API server refuses ${name} (${status}): ${body}`);
}
