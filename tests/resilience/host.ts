/**
 * What can be done to a process of a container from the machine that it runs on, whatever engine or cluster it belongs to. All of it needs
 * root, and processes that the test itself has made.
 */
import { spawn } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";

/** The main process of a replica. */
export interface Process {
  /** Its id on this machine. */
  readonly pid: number;
  /** Its address in the cluster's network. */
  readonly address: string;
}

/** Ends processes without a warning. */
export function kill(processes: readonly Process[]): void {
  for (const { pid } of processes) process.kill(pid, "SIGKILL");
}

/** Stops everything in the replicas' containers for a time; it can neither answer nor end. */
export async function pause(processes: readonly Process[], milliseconds: number): Promise<void> {
  const all = (await Promise.all(processes.map(({ pid }) => members(pid)))).flat();
  signal(all, "SIGSTOP");
  try {
    await sleep(milliseconds);
  } finally {
    signal(all, "SIGCONT");
  }
}

/** Drops every packet between two groups of replicas for a time. */
export async function cut(
  some: readonly Process[],
  others: readonly Process[],
  milliseconds: number,
): Promise<void> {
  // On both sides, because a Kubernetes Service has another address than the pods behind it.
  const rules = some.flatMap((one) =>
    others.flatMap((other) => [
      { inside: one, peer: other.address },
      { inside: other, peer: one.address },
    ]),
  );
  const change = async (action: "-I" | "-D", { inside, peer }: (typeof rules)[number]) => {
    const { pid } = inside;
    for (const rule of [
      ["INPUT", "-s", peer],
      ["OUTPUT", "-d", peer],
    ]) {
      await execa("nsenter", [
        ...["--target", String(pid), "--net"],
        ...["iptables", action, ...rule, "-j", "DROP"],
      ]);
    }
  };
  for (const rule of rules) await change("-I", rule);
  await sleep(milliseconds);
  // A replica that has ended meanwhile took its network with it.
  for (const rule of rules) await change("-D", rule).catch(() => undefined);
}

/** Uses up the memory of a replica's container from inside its limit, until the kernel ends the replica. */
export async function exhaustMemory({ pid }: Process): Promise<void> {
  const directory = await cgroup(pid);
  // The kernel is to choose the replica, not the program that asks for too much.
  await writeFile(`/proc/${pid}/oom_score_adj`, "1000");
  const script = `echo $$ > '${directory}/cgroup.procs' && exec "$@"`;
  const grow = "const all = []; while (all.length < 256) all.push(Buffer.alloc(2 ** 24, 1));";
  const hog = spawn("sh", ["-ec", script, "sh", process.execPath, "-e", grow], { stdio: "ignore" });
  try {
    const deadline = Date.now() + 60_000;
    while (isAlive(pid)) {
      if (Date.now() > deadline)
        throw new Error("the kernel ended nothing: has the container a limit?");
      await sleep(20);
    }
  } finally {
    hog.kill("SIGKILL");
  }
}

/** All processes of the container that a process belongs to. */
async function members(pid: number): Promise<number[]> {
  const text = await readFile(`${await cgroup(pid)}/cgroup.procs`, "utf8");
  return text.trim().split("\n").map(Number);
}

/** The directory of a process's memory cgroup, of either version. */
async function cgroup(pid: number): Promise<string> {
  const text = await readFile(`/proc/${pid}/cgroup`, "utf8");
  const first = /^\d+:(?:\S+,)?memory(?:,\S+)?:(.*)$/m.exec(text)?.[1];
  if (first !== undefined) return `/sys/fs/cgroup/memory${first}`;
  return `/sys/fs/cgroup${/^0::(.*)$/m.exec(text)?.[1] ?? ""}`;
}

function signal(pids: readonly number[], name: NodeJS.Signals): void {
  for (const pid of pids) if (isAlive(pid)) process.kill(pid, name);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
