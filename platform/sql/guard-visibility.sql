DO $$
DECLARE
  version text ;
BEGIN
  IF to_regclass('executions') IS NOT NULL THEN
    RAISE EXCEPTION '@REFUSAL@: database % holds a cluster''s workflows already: name another one in clusters[].postgres.databases.visibility@REFUSAL_END@', current_database() ;
  END IF ;
@NOT_NEWER@
END $$ ;
