/**
 * `npm run size`: how large a cluster must be for a load, with what that is taken from, and the config that says so.
 */
import { Command, InvalidArgumentError } from "commander";
import { dump } from "js-yaml";
import { days } from "../config/units.ts";
import { serviceRoles } from "../platform/roles.ts";
import { assumptions, type Costs, type Demand, type Size, sizeFor } from "../platform/sizing.ts";
import { readCosts } from "./costs-file.ts";
import { shown } from "./statistics.ts";

/** The cluster's config for a size, as it stands in a stack's file. */
export function configFor(size: Size): object {
  const roles = serviceRoles.map((role) => {
    const { replicas, cpuRequest, memoryMiB } = size.roles[role];
    return [role, { replicas, resources: { memory: `${memoryMiB}MiB`, cpuRequest } }];
  });
  return {
    server: {
      numHistoryShards: size.numHistoryShards,
      roles: Object.fromEntries(roles) as object,
    },
  };
}

/** What is said of a size. */
export function describeSize(costs: Costs, demand: Demand, size: Size): string {
  const { postgres, nodes } = size;
  const roles = serviceRoles.map((role) => {
    const { replicas, busyCores, cpuRequest, memoryMiB } = size.roles[role];
    return `  ${role.padEnd(10)}${String(replicas).padStart(3)} × ${shown(cpuRequest)} processors, ${memoryMiB} MiB (busy: ${shown(busyCores)} processors in all)`;
  });
  const config = dump(configFor(size)).trimEnd().replaceAll(/^/gm, "  ");
  const percent = (share: number): string => `${Math.round(100 * share)} %`;
  const perDayGiB = postgres.storageGiB / demand.retentionDays;
  const tooMuch =
    postgres.storageGiB > assumptions.mostStorageGiB
      ? `\n  That is more than one PostgreSQL should have: it would hold closed workflows for ${shown(assumptions.mostStorageGiB / perDayGiB)} days.`
      : "";
  return `${shown(demand.workflowsPerSecond)} workflows/s with ${shown(demand.activities)} activities on ${demand.taskQueues} task queues, kept for ${demand.retentionDays} days: ${shown(size.transitionsPerSecond)} state transitions/s

Roles
${roles.join("\n")}
  shards    ${size.numHistoryShards} (for ever)

PostgreSQL
  ${postgres.cores} processors (busy: ${shown(postgres.busyCores)}), ${postgres.memoryGiB} GiB of memory, ${shown(postgres.storageGiB)} GiB of storage (${shown(perDayGiB)} for each day)${tooMuch}
  ${postgres.connections} connections (max_connections ${postgres.maxConnections}), ${shown(postgres.commitsPerSecond)} commits/s, ${shown(postgres.walMBPerSecond)} MB/s of WAL

A cluster to rent, besides PostgreSQL
  ${nodes.count} nodes of ${nodes.cores} processors and ${nodes.memoryGiB} GiB

Config of the cluster (Kubernetes)
${config}

Where it comes from
  Costs measured on ${costs.date} on ${costs.machine} (npm run bench -- costs): a processor of yours may do more or less.
  Costs grow with the load as a line; ${percent(assumptions.utilisation)} of each processor is busy; the load itself, its workers and payloads above a few bytes are not in it.
  Each polled task queue takes ${shown(costs.taskQueueKiB.matching)} KiB of matching and ${shown(costs.taskQueueKiB.frontend)} of the frontend (npm run bench -- queues), which fill ${percent(assumptions.taskQueueMemory)} of a replica when another is away.
  ${assumptions.transitionsPerShard} transitions/s per shard, at least ${assumptions.minShards} shards; ${shown(assumptions.storageOverhead)} times the stored bytes; ${assumptions.memoryGiBPerCore} GiB for each processor of PostgreSQL.
  Put half of the load on it before you trust it (docs/benchmarks/scale.md shows history scaled out).`;
}

const positive = (text: string): number => {
  const number = Number(text);
  if (!(number > 0 && Number.isFinite(number)))
    throw new InvalidArgumentError("must be a number above 0.");
  return number;
};

const notNegative = (text: string): number => {
  const number = Number(text);
  if (!(Number.isInteger(number) && number >= 0))
    throw new InvalidArgumentError("must be a whole number from 0 on.");
  return number;
};

const retention = (text: string): number => {
  const read = days.safeParse(text);
  if (!read.success) throw new InvalidArgumentError("must be a number of days such as 30d.");
  return read.data;
};

/** The command line. */
export function sizeCommand(write: (text: string) => void): Command {
  return new Command("size")
    .description("how large a cluster must be for a load, from measured costs")
    .requiredOption("--workflows-per-second <number>", "workflows started in a second", positive)
    .option("--activities <number>", "activities of each workflow", notNegative, 1)
    .option("--retention <days>", "how long closed workflows are kept, such as 30d", retention, 3)
    .option("--task-queues <number>", "task queues that workers poll", notNegative, 100)
    .allowExcessArguments(false)
    .action((options: Omit<Demand, "retentionDays"> & { retention: number }) => {
      const costs = readCosts();
      const { retention: retentionDays, ...rest } = options;
      const demand: Demand = { ...rest, retentionDays };
      write(describeSize(costs, demand, sizeFor(costs, demand)));
    });
}

if (import.meta.main) {
  sizeCommand((text) => {
    console.log(text);
  }).parse();
}
