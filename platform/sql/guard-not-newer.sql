  version := NULL ;
  IF to_regclass('schema_version') IS NOT NULL THEN
    SELECT curr_version INTO version FROM schema_version WHERE version_partition = 0 AND db_name = current_database() ;
  END IF ;
  IF string_to_array(version, '.')::int[] > ARRAY[@NEWEST_NUMBERS@] THEN
    RAISE EXCEPTION '@REFUSAL@: the schema of database % is %, newer than the @NEWEST@ of Temporal @SERVER@: set clusters[].server.version to the version that it had, or a newer one@REFUSAL_END@', current_database(), version ;
  END IF ;
