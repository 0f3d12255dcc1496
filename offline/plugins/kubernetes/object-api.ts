/**
 * The client's API for objects of any kind, without its serializer: that one knows types by their version of the client, renames members
 * such as `from`, and drops those that it does not know.
 */
import {
  ApiException,
  HttpMethod,
  type KubernetesObject,
  KubernetesObjectApi,
  PatchStrategy,
  type RequestContext,
  type ResponseContext,
} from "@kubernetes/client-node";

/** How an object is applied (kubernetes.io, "Server-Side Apply"). */
export interface Applying {
  /** Who the fields belong to from then on. */
  readonly fieldManager: string;
  /** Nothing is kept: the server only says what it would say. */
  readonly dryRun: boolean;
  /** Fields that another manager set are taken from it. */
  readonly force: boolean;
}

/** Reads, applies and deletes plain objects. */
export class ObjectApi extends KubernetesObjectApi {
  /** Whether objects of a kind are in namespaces; undefined when the server has no such kind. */
  async scopeOf(apiVersion: string, kind: string): Promise<"cluster" | "namespace" | undefined> {
    const resource = await this.resource(apiVersion, kind);
    if (resource === undefined) return undefined;
    return resource.namespaced ? "namespace" : "cluster";
  }

  /** Makes an object, or makes one that is there what is said. */
  async apply(
    object: KubernetesObject,
    { fieldManager, dryRun, force }: Applying,
  ): Promise<KubernetesObject> {
    const path = await this.specUriPath(object, "patch");
    const request = this.configuration.baseServer.makeRequestContext(path, HttpMethod.PATCH);
    request.setHeaderParam("Accept", "application/json");
    request.setHeaderParam("Content-Type", PatchStrategy.ServerSideApply);
    request.setQueryParam("fieldManager", fieldManager);
    request.setQueryParam("force", String(force));
    if (dryRun) request.setQueryParam("dryRun", "All");
    request.setBody(JSON.stringify(object));
    return this.#sent(request);
  }

  protected override async processResponse<T extends KubernetesObject>(
    response: ResponseContext,
  ): Promise<T> {
    const text = await response.body.text();
    const { httpStatusCode: code, headers } = response;
    if (code >= 200 && code < 300) return JSON.parse(text) as T;
    throw new ApiException(code, "", text, headers);
  }

  async #sent(request: RequestContext): Promise<KubernetesObject> {
    return this.requestPromise(request);
  }
}
