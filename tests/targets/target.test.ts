/**
 * What the types of targets refuse. The compiler judges these, so that a fault is one of `tsc`.
 */
import { describe, expectTypeOf, it } from "vitest";
import type { archiveSecrets } from "../../platform/archival.ts";
import { databaseAuthority, databasePassword } from "../../platform/database.ts";
import { uiAuthorization } from "../../platform/gateway.ts";
import type { receiverSecret } from "../../platform/monitoring/secrets.ts";
import type { opensearchPassword } from "../../platform/opensearch.ts";
import type { PlatformSecretName, SecretName, WorkerSecretName } from "../../platform/secrets.ts";
import type { workerSecretName } from "../../platform/workers.ts";
import type { Port, SecretReference } from "../../platform/workload.ts";
import type {
  Address,
  Deployed,
  OpenDockerTarget,
  OpenKubernetesTarget,
  OpenTarget,
  Secrets,
  Target,
} from "../../targets/target.ts";

describe("a target", () => {
  it("does nothing but open, so that nothing runs in a place that is not there", () => {
    expectTypeOf<keyof Target>().toEqualTypeOf<"open">();
    expectTypeOf<ReturnType<Target["open"]>>().toEqualTypeOf<OpenTarget>();
  });

  it("makes objects of operators in Kubernetes only, after a look at its kind", () => {
    expectTypeOf<OpenKubernetesTarget>().toHaveProperty("customResource");
    expectTypeOf<OpenDockerTarget>().not.toHaveProperty("customResource");
    expectTypeOf<OpenTarget>().not.toHaveProperty("customResource");
  });
});

describe("the addresses of a workload", () => {
  type Ports = Readonly<{ grpc: Port; http?: Port }>;
  type Addresses = Deployed<Ports>["addresses"];

  it("come with its being run, one for each of its ports", () => {
    expectTypeOf<Addresses["grpc"]>().toEqualTypeOf<Address>();
    expectTypeOf<keyof Addresses>().toEqualTypeOf<"grpc" | "http">();
  });

  it("are not sure where the port is not", () => {
    expectTypeOf<Addresses["http"]>().toEqualTypeOf<Address | undefined>();
  });
});

describe("a secret", () => {
  it("is one of those that the platform has, or of a worker", () => {
    expectTypeOf<
      | typeof databasePassword
      | typeof databaseAuthority
      | typeof uiAuthorization
      | (typeof archiveSecrets)[keyof typeof archiveSecrets]
      | typeof opensearchPassword
      | ReturnType<typeof receiverSecret>
    >().toEqualTypeOf<PlatformSecretName>();
    expectTypeOf<ReturnType<typeof workerSecretName>>().toEqualTypeOf<WorkerSecretName>();
    expectTypeOf<PlatformSecretName | WorkerSecretName>().toEqualTypeOf<SecretName>();
    expectTypeOf<SecretReference["secret"]>().toEqualTypeOf<SecretName>();
    expectTypeOf<keyof Secrets>().toEqualTypeOf<SecretName>();
  });
});
