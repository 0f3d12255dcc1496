/**
 * What to do about the Docker engine, from what is known of the machine.
 */

/** What is known. */
export interface MachineFacts {
  /** Whether an engine answers that the platform runs on. */
  readonly answers: boolean;
  /** Why the platform does not run on the only engine that answers, and what to do. */
  readonly unsupported?: string;
  /** Addresses that were tried. */
  readonly tried: readonly string[];
  /** DOCKER_HOST, or a cluster's target.host: an engine that the user means and nobody else may start. */
  readonly named?: string;
  readonly platform: NodeJS.Platform;
  /** Whether packages can be installed with apt-get. */
  readonly debian: boolean;
  readonly root: boolean;
  /** Whether the daemon is installed. */
  readonly dockerd: boolean;
  /** Whether systemd runs this machine. */
  readonly systemd: boolean;
}

/** What to do. */
export type EngineAction =
  | { readonly kind: "use" }
  | { readonly kind: "start"; readonly how: "systemd" | "background" }
  | { readonly kind: "install"; readonly how: "systemd" | "background" }
  | { readonly kind: "refuse"; readonly reason: string };

/** Decides; installs and starts only as root, on a Debian or Ubuntu that has no engine and where none is named. */
export function decide(facts: MachineFacts): EngineAction {
  if (facts.answers) return { kind: "use" };
  if (facts.unsupported !== undefined) return { kind: "refuse", reason: facts.unsupported };
  if (facts.named !== undefined) {
    return {
      kind: "refuse",
      reason: `the Docker engine at ${facts.named} does not answer: start it, or unset DOCKER_HOST or clusters[].target.host, whichever names it`,
    };
  }
  const missing = `no Docker engine answers (tried ${facts.tried.join(", ")})`;
  if (facts.platform === "darwin") {
    return {
      kind: "refuse",
      reason: `${missing}: start Docker Desktop, OrbStack or Colima, or install one (https://docs.docker.com/desktop/)`,
    };
  }
  const how = facts.systemd ? "systemd" : "background";
  if (facts.dockerd && facts.root && facts.debian) return { kind: "start", how };
  if (facts.dockerd) {
    const start = facts.systemd ? "systemctl start docker" : "dockerd";
    return {
      kind: "refuse",
      reason: `${missing}: start it (as root: ${start}); if it runs, let this user use it (as root: usermod -aG docker $USER, then log in again)`,
    };
  }
  if (facts.root && facts.debian) return { kind: "install", how };
  return {
    kind: "refuse",
    reason: facts.debian
      ? `${missing}: install one (sudo apt-get install docker.io iptables), or run this as root, which does it`
      : `${missing}: install one (https://docs.docker.com/engine/install/) and start it`,
  };
}
