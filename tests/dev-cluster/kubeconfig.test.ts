import { mkdtemp, readdir, readFile, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { load } from "js-yaml";
import { describe, expect, it } from "vitest";
import { accessOf, renamed, writeKubeconfig } from "../../dev-cluster/kubeconfig.ts";

const base64 = (text: string): string => Buffer.from(text).toString("base64");

/** As kubeadm writes it. */
const ofKubeadm = `apiVersion: v1
kind: Config
clusters:
- name: try
  cluster: {server: "https://172.30.0.2:6443", certificate-authority-data: ${base64("authority")}}
users:
- name: kubernetes-super-admin
  user: {client-certificate-data: ${base64("certificate")}, client-key-data: ${base64("key")}}
contexts:
- name: kubernetes-super-admin@try
  context: {cluster: try, user: kubernetes-super-admin}
current-context: kubernetes-super-admin@try
`;

describe("a cluster's kubeconfig", () => {
  it("has one context, by which it can be merged with others", () => {
    expect(load(renamed(ofKubeadm, "temporal-platform-try"))).toMatchObject({
      clusters: [{ name: "temporal-platform-try" }],
      users: [{ name: "temporal-platform-try" }],
      contexts: [
        {
          name: "temporal-platform-try",
          context: { cluster: "temporal-platform-try", user: "temporal-platform-try" },
        },
      ],
      "current-context": "temporal-platform-try",
    });
  });

  it("says how the API server is reached", () => {
    const { server, ca, cert, key } = accessOf(renamed(ofKubeadm, "x"));
    expect(server).toBe("https://172.30.0.2:6443");
    expect([ca, cert, key].map(String)).toEqual(["authority", "certificate", "key"]);
  });

  it("is the owner's alone, and whole", async () => {
    const directory = join(await mkdtemp(join(tmpdir(), "clusters-")), "clusters");
    const path = join(directory, "try.yaml");
    await writeKubeconfig(path, "old");
    await writeKubeconfig(path, "new");
    expect(await readFile(path, "utf8")).toBe("new");
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await stat(directory)).mode & 0o777).toBe(0o700);
    expect(await readdir(directory)).toEqual(["try.yaml"]);
  });
});
