/**
 * Worker Deployments for people.
 */
import { cell, columns, facts } from "../output.ts";
import { backlogText, ratesText } from "../task-queues/description.ts";
import type {
  DeploymentDescription,
  DeploymentSummary,
  DeploymentVersion,
  Routing,
} from "./deployment.ts";

/** Worker Deployments as a table. */
export function deploymentsText(deployments: readonly DeploymentSummary[]): string {
  if (deployments.length === 0) return "There is no Worker Deployment.";
  const rows = deployments.map((deployment) => [
    ...[cell(deployment.name), currentText(deployment), rampingText(deployment)],
    ...[cell(deployment.latestVersion?.buildId ?? ""), deployment.createTime ?? "-"],
  ]);
  return columns([["name", "current", "ramping", "latest", "created"], ...rows]).join("\n");
}

/** A Worker Deployment with all its versions. */
export function deploymentText(deployment: DeploymentDescription): string {
  const { versions, managerIdentity, routingConfigUpdateState: state } = deployment;
  const backlogs = versions.flatMap(backlogRows);
  return [
    `Worker Deployment ${cell(deployment.name)}`,
    ...facts([
      ["current version", since(currentText(deployment), deployment.currentVersionChangedTime)],
      ["ramping version", since(rampingText(deployment), deployment.rampingVersionChangedTime)],
      [
        "task queues",
        state === "InProgress" ? "are still being told where tasks go" : "know where tasks go",
      ],
      ["managed by", managerIdentity === undefined ? "" : cell(managerIdentity)],
      ["last changed by", cell(deployment.lastModifierIdentity)],
      ["created", deployment.createTime ?? ""],
    ]),
    "",
    ...(versions.length === 0
      ? ["  It has no version: no worker of it has polled yet."]
      : indented([
          ["build id", "status", "since", "checked", "pinned workflows", "task queues"],
          ...versions.map(versionRow),
        ])),
    ...(backlogs.length === 0
      ? []
      : ["", ...indented([["build id", "task queue", "type", "backlog", "tasks"], ...backlogs])]),
  ].join("\n");
}

function currentText({ currentVersion }: Routing): string {
  return currentVersion === undefined ? "unversioned workers" : cell(currentVersion.buildId);
}

function rampingText({ rampingVersion, unversionedPercentage }: Routing): string {
  if (rampingVersion !== undefined) {
    return `${cell(rampingVersion.buildId)}, ${percentText(rampingVersion.percentage)}`;
  }
  if (unversionedPercentage === undefined) return "-";
  return `unversioned workers, ${percentText(unversionedPercentage)}`;
}

/** The server keeps percentages in 32 bits. */
function percentText(percentage: number): string {
  return `${Number(percentage.toFixed(2))}%`;
}

function since(what: string, time: string | undefined): string {
  return time === undefined || what === "-" ? what : `${what}, since ${time}`;
}

function versionRow(version: DeploymentVersion): readonly string[] {
  const { drainage, runningPinnedWorkflows: pinned } = version;
  return [
    ...[cell(version.buildId), version.status, sinceTime(version) ?? "-"],
    ...[drainage?.lastCheckedTime ?? "-", pinned === undefined ? "-" : String(pinned)],
    taskQueuesText(version),
  ];
}

/** Since when a version has its status. */
function sinceTime(version: DeploymentVersion): string | undefined {
  switch (version.status) {
    case "Current":
      return version.currentSinceTime;
    case "Ramping":
      return version.rampingSinceTime;
    case "Draining":
    case "Drained":
      return version.drainage?.lastChangedTime;
    default:
      return version.createTime;
  }
}

function taskQueuesText({ taskQueues }: DeploymentVersion): string {
  const names = [...new Set(taskQueues.map(({ name }) => name))];
  const parts = names.map((name) => {
    const types = taskQueues.filter((one) => one.name === name).map(({ type }) => type);
    return `${cell(name)} (${types.join(", ")})`;
  });
  return parts.join(", ") || "-";
}

function backlogRows({ buildId, taskQueues }: DeploymentVersion): readonly (readonly string[])[] {
  return taskQueues.flatMap(({ name, type, backlog }) =>
    backlog === undefined
      ? []
      : [[cell(buildId), cell(name), type, backlogText(backlog), ratesText(backlog)]],
  );
}

function indented(rows: readonly (readonly string[])[]): string[] {
  return columns(rows).map((line) => `  ${line}`);
}
