/**
 * The faults that every change is tried with: a role and PostgreSQL killed under load on Docker. All faults, on both targets, are in the
 * tests for releases.
 */
import { describe } from "vitest";
import { arrangeVictim } from "./docker-victim.ts";
import { faults, resilience } from "./suite.ts";

const chosen = ["history killed", "all roles killed at once", "PostgreSQL killed"];

describe("one replica of each role", () => {
  resilience(
    "short",
    () => arrangeVictim(1),
    faults.filter(({ name }) => chosen.includes(name)),
  );
});
