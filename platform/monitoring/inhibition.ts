/**
 * Alerts of which nobody is told while a graver one of the same thing fires.
 */

/** While one of some alerts fires, the others with the same values of some labels are not told. */
export interface Inhibition {
  /** Names of the graver alerts. */
  readonly by: readonly string[];
  /** Names of those that say less. */
  readonly of: readonly string[];
  /** Labels that say that it is the same thing, besides the cluster. */
  readonly equal: readonly string[];
}

/** The inhibitions. What has no graver alert of the same thing is always told. */
export const inhibitions: readonly Inhibition[] = [
  {
    by: ["TemporalRoleDown"],
    of: ["TemporalReplicasMissing", "TemporalScrapeFailing"],
    equal: ["job"],
  },
  {
    by: ["TemporalCallsFailingFast", "TemporalCallsFailingSteady"],
    of: ["TemporalCallsFailingSlow"],
    equal: ["operation"],
  },
  {
    by: ["TemporalCallsSlowFast", "TemporalCallsSlowSteady"],
    of: ["TemporalCallsSlowSlow"],
    equal: ["operation"],
  },
  { by: ["TemporalDatabaseFailing"], of: ["TemporalVisibilityFailing"], equal: ["service_name"] },
  { by: ["TemporalPostgresConnectionsFull"], of: ["TemporalDatabaseConnectionsScarce"], equal: [] },
  { by: ["TemporalPostgresFull"], of: ["TemporalPostgresFilling"], equal: [] },
  { by: ["TemporalArchiveFull"], of: ["TemporalArchiveFilling"], equal: [] },
  { by: ["TemporalSearchDiskFull"], of: ["TemporalSearchDiskFilling"], equal: ["name"] },
  { by: ["TemporalRingSplit", "TemporalShardsUnowned"], of: ["TemporalShardsMoving"], equal: [] },
  {
    by: ["TemporalPollersGone"],
    of: ["TemporalBacklogOld", "TemporalBacklogGrowing"],
    equal: ["namespace", "taskqueue", "task_type"],
  },
];
