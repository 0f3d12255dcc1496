/**
 * Directions of imports: index → config, components, targets; components → platform and the Target interface; targets → platform;
 * platform → nothing. What runs before or beside the program (cli, offline, dev-cluster) is never imported by it.
 */

const only = (folder, allowed, comment) => ({
  name: `${folder}-imports`,
  comment,
  severity: "error",
  from: { path: `^${folder}/` },
  to: {
    path: "^(clients|config|components|targets|platform|providers|cli|offline|dev-cluster|examples|testkit|tests|bench|lint|index\\.ts)",
    pathNot: allowed,
  },
});

/** @type {import("dependency-cruiser").IConfiguration} */
export default {
  forbidden: [
    only(
      "platform",
      "^platform/|^config/settings\\.ts$",
      "The model is pure: it knows no target and no provider.",
    ),
    {
      name: "platform-takes-types-of-the-configuration",
      comment:
        "The schema is the only source of the configuration's types, and the model runs without it.",
      severity: "error",
      from: { path: "^platform/" },
      to: { path: "^config/", dependencyTypesNot: ["type-only"] },
    },
    {
      name: "platform-is-pure",
      comment: "The model does no input or output and makes no resources.",
      severity: "error",
      from: { path: "^platform/" },
      to: {
        path: [
          "^(node:)?(net|http|https|child_process|os|process|dns|dgram)($|/)",
          "node_modules/(execa|dockerode)/",
          "node_modules/@pulumi/(docker|kubernetes|random)/",
        ],
      },
    },
    {
      name: "platform-reads-its-own-files",
      comment: "Only the scripts, SQL and settings that lie in platform/ are read, by one module.",
      severity: "error",
      from: { path: "^platform/", pathNot: "^platform/template\\.ts$" },
      to: { path: "^(node:)?fs($|/)" },
    },
    only("clients", "^clients/", "A client knows an engine, and nothing of the platform."),
    only("config", "^(config|platform)/", "Configuration is judged against the model only."),
    only(
      "components",
      "^(components|platform)/|^targets/target\\.ts$|^providers/temporal/[a-z-]+/sdk\\.ts$",
      "A component knows Temporal and nothing of Docker or Kubernetes.",
    ),
    only(
      "targets",
      "^(clients|targets|platform)/|^providers/temporal/sdk\\.ts$|^providers/temporal/[a-z-]+/sdk\\.ts$",
      "A target knows containers and nothing of Temporal.",
    ),
    only(
      "providers",
      "^(clients|providers|platform)/",
      "A provider runs in a process of its own, without the program.",
    ),
    only(
      "offline",
      "^(clients|offline|platform|providers/protocol)/",
      "What a machine lacks is fetched or built; of the program it knows the catalogue only.",
    ),
    only(
      "dev-cluster",
      "^(clients|offline|dev-cluster|platform)/",
      "A dev cluster is made of containers, whatever will run in it.",
    ),
    only(
      "cli",
      "^(clients|config|offline|dev-cluster|cli|platform|examples)/|^components/startup\\.ts$",
      "A command prepares a machine and runs Pulumi; of the program it knows the model and the order of the start only.",
    ),
    only("examples", "^examples/", "An example is what a user copies."),
    only("lint", "^(lint|offline)/", "A linter's program is had as those of the commands are."),
    {
      name: "testkit-imports",
      comment: "What tests and measurements share knows neither of them.",
      severity: "error",
      from: { path: "^testkit/" },
      to: { path: "^(tests|bench)/" },
    },
    {
      name: "bench-imports",
      comment: "Measurements do not depend on tests.",
      severity: "error",
      from: { path: "^bench/" },
      to: { path: "^tests/" },
    },
    {
      name: "no-cycles",
      comment: "Modules that import each other cannot be understood one by one.",
      severity: "error",
      from: { pathNot: "^node_modules" },
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    {
      name: "no-unresolvable",
      severity: "error",
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "^(coverage|docs)/" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "require", "node", "default", "types"],
      extensions: [".ts", ".js", ".mjs", ".cjs", ".json", ".d.ts"],
    },
  },
};
