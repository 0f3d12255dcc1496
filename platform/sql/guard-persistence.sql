DO $$
DECLARE
  found bytea ;
  names text ;
  version text ;
  shards bigint ;
  place int ;
  piece int ;
BEGIN
  IF to_regclass('executions_visibility') IS NOT NULL THEN
    RAISE EXCEPTION '@REFUSAL@: database % holds visibility records already: name another one in clusters[].postgres.databases.persistence@REFUSAL_END@', current_database() ;
  END IF ;
  names := NULL ;
  IF to_regclass('cluster_metadata_info') IS NOT NULL THEN
    SELECT string_agg(cluster_name, ', ' ORDER BY cluster_name) INTO names FROM cluster_metadata_info ;
  END IF ;
  IF names IS NOT NULL THEN
    SELECT data INTO found FROM cluster_metadata_info WHERE cluster_name = '@CLUSTER@' ;
    IF found IS NULL THEN
      RAISE EXCEPTION '@REFUSAL@: database % is that of the Temporal cluster %, not of @CLUSTER@: name another database in clusters[].postgres, or adopt it under its own name (docs/runbooks/adopt-database.md)@REFUSAL_END@', current_database(), names ;
    END IF ;
    -- The record begins with the name and the number of shards (persistence/v1/cluster_metadata.proto); of another form nothing is said.
    IF substring(found FOR @RECORD_LENGTH@) = decode('@RECORD_HEAD@', 'hex') THEN
      shards := 0 ;
      place := 0 ;
      LOOP
        piece := get_byte(found, @RECORD_LENGTH@ + place) ;
        shards := shards + ((piece & 127)::bigint << (7 * place)) ;
        place := place + 1 ;
        EXIT WHEN piece < 128 OR place > 4 ;
      END LOOP ;
      IF shards <> @SHARDS@ THEN
        RAISE EXCEPTION '@REFUSAL@: database % has % history shards for as long as it lives, not @SHARDS@: set clusters[].server.numHistoryShards to that@REFUSAL_END@', current_database(), shards ;
      END IF ;
    END IF ;
  END IF ;
@NOT_NEWER@
  IF names IS NOT NULL AND string_to_array(version, '.')::int[] < ARRAY[@OLDEST_NUMBERS@] THEN
    RAISE EXCEPTION '@REFUSAL@: the schema of database % is %, and Temporal @SERVER@ takes over @OLDEST@ or newer: go through the minor versions one after the other, each with its own server@REFUSAL_END@', current_database(), version ;
  END IF ;
END $$ ;
