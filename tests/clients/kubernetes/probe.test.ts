import type { RequestListener } from "node:http";
import { describe, expect, it } from "vitest";
import { kubernetesAccess } from "../../../clients/kubernetes/kubeconfig.ts";
import { probe, type ProbeAnswer } from "../../../clients/kubernetes/probe.ts";
import { kubeconfig, kubernetes, withServer } from "../../../testkit/kubeconfig.ts";

const unauthorized: RequestListener = (_, response) => {
  response.statusCode = 401;
  response.end(JSON.stringify({ kind: "Status", message: "Unauthorized" }));
};

/** What becomes of a question to a server, which has a quarter of a second. */
async function asked(listener: RequestListener, user?: object): Promise<ProbeAnswer> {
  return withServer(listener, async (url) => probeAt(url, user));
}

async function probeAt(url: string, user?: object): Promise<ProbeAnswer> {
  const choice = { kubeconfig: kubeconfig(url, ["x"], user), context: "x" };
  const access = await kubernetesAccess(choice, { environment: {} });
  return probe(access, { environment: {}, timeoutMs: 250 });
}

/** Credentials that nobody here gets. */
const weak = {
  exec: { apiVersion: "client.authentication.k8s.io/v1", command: "/no-such/program" },
};

describe("an API server", () => {
  it("tells its version, without what its vendor adds", async () => {
    const version = "1.34.4";
    expect(await asked(kubernetes("v1.34.4+k3s1"))).toEqual({ kind: "answers", version });
    expect(await asked(kubernetes("v1.34.4-eks-1"))).toEqual({ kind: "answers", version });
  });

  it("is asked with the credentials of the kubeconfig", async () => {
    const asking: RequestListener = (request, response) => {
      const known = request.headers.authorization === "Bearer word";
      (known ? kubernetes("v1.30.0") : unauthorized)(request, response);
    };
    expect(await asked(asking, { token: "word" })).toEqual({ kind: "answers", version: "1.30.0" });
    expect(await asked(asking)).toEqual({ kind: "refuses" });
  });

  it("answers although nobody here gets credentials", async () => {
    expect(await asked(unauthorized, weak)).toEqual({ kind: "answers" });
  });

  it("that tells nobody its version answers all the same", async () => {
    const forbidden: RequestListener = (_, response) => response.writeHead(403).end();
    expect(await asked(forbidden)).toEqual({ kind: "answers" });
  });

  it("that hangs is given up", async () => {
    const silent: RequestListener = () => undefined;
    expect(await asked(silent)).toEqual({ kind: "silent", reason: "no answer in time" });
  });

  it("is not what answers something else", async () => {
    const other: RequestListener = (_, response) => response.writeHead(404).end("<html>");
    const reason = "what is there says 404 and no version";
    expect(await asked(other)).toEqual({ kind: "silent", reason });
  });

  it("that is not there is silent, and what else is missing is told as well", async () => {
    const nobody = "http://127.0.0.1:1";
    const reason = "connect ECONNREFUSED 127.0.0.1:1";
    expect(await probeAt(nobody)).toEqual({ kind: "silent", reason });
    expect(await probeAt(nobody, weak)).toEqual({
      kind: "silent",
      reason: expect.stringMatching(/^connect ECONNREFUSED [^;]+; .*no-such.program/) as string,
    });
  });
});
