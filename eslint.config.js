import pulumi from "@pulumi/eslint-plugin";
import { defineConfig } from "eslint/config";
import tseslint from "typescript-eslint";

export default defineConfig(
  { ignores: ["node_modules", "coverage", "tests/.tmp"] },
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    plugins: { "@pulumi": pulumi },
    rules: {
      "@typescript-eslint/restrict-template-expressions": [
        "error",
        {
          allowNumber: true,
          allowAny: false,
          allowBoolean: false,
          allowNever: false,
          allowNullish: false,
          allowRegExp: false,
        },
      ],
      "@pulumi/no-output-in-template-literal": "error",
      "@pulumi/no-output-instance-in-template-literal": "error",
      "@typescript-eslint/explicit-module-boundary-types": "error",
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/no-misused-promises": "error",
      "@typescript-eslint/switch-exhaustiveness-check": [
        "error",
        { considerDefaultExhaustiveForUnions: true },
      ],
      // `new Resource(…)` as a statement is Pulumi's way to say what there is to be.
      "no-new": "off",
    },
  },
  {
    files: ["**/*.ts"],
    ignores: [
      "config/**",
      // Where a caller hands on no environment, that of the process is read.
      "clients/**",
      "cli/**",
      "offline/**",
      "dev-cluster/**",
      "providers/**",
      "testkit/**",
      "tests/**",
      "examples/**",
      "bench/**",
      "lint/**",
      "vitest.config.ts",
    ],
    rules: {
      "no-restricted-properties": [
        "error",
        {
          object: "process",
          property: "env",
          message: "Only config/ reads the environment: take it from Settings.",
        },
      ],
    },
  },
  {
    files: ["**/*.ts"],
    ignores: ["config/**", "testkit/**", "tests/**"],
    rules: {
      "no-restricted-syntax": [
        "error",
        {
          selector: "NewExpression[callee.property.name='Config'][callee.object.name='pulumi']",
          message: "Only config/ reads the stack's config: take it from Settings.",
        },
        {
          selector: "CallExpression[callee.property.name='apply'] NewExpression",
          message: "No resource inside an apply: a preview would not show it.",
        },
      ],
    },
  },
);
