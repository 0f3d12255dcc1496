DO $$
DECLARE
  found record;
BEGIN
  FOR found IN
    SELECT format('ALTER TABLE %s OWNER TO %I', c.oid::regclass, current_setting('platform.owner')) AS statement
    FROM pg_class c
    WHERE c.relnamespace = 'public'::regnamespace AND c.relowner = 10 AND c.relkind IN ('r', 'p', 'v', 'm', 'S')
      AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.classid = 'pg_class'::regclass AND d.deptype IN ('a', 'i', 'e'))
    UNION ALL
    SELECT format('ALTER ROUTINE %s OWNER TO %I', p.oid::regprocedure, current_setting('platform.owner'))
    FROM pg_proc p
    WHERE p.pronamespace = 'public'::regnamespace AND p.proowner = 10
      AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.classid = 'pg_proc'::regclass AND d.deptype = 'e')
  LOOP
    EXECUTE found.statement;
  END LOOP;
  EXECUTE format('ALTER DATABASE %I OWNER TO %I', current_database(), current_setting('platform.owner'));
END $$;
