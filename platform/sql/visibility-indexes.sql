DO $$
DECLARE
  found record ;
BEGIN
  FOR found IN
    SELECT c.relname AS name, a.attname AS attribute, pg_get_indexdef(i.indexrelid) AS definition
    FROM pg_index i
    JOIN pg_class c ON c.oid = i.indexrelid
    JOIN pg_class t ON t.oid = i.indrelid
    JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[1]
    WHERE i.indrelid = 'executions_visibility'::regclass
      AND NOT i.indisunique AND i.indpred IS NULL AND NOT a.attnotnull
      AND a.attname NOT IN ('temporalnamespacedivision', 'parent_workflow_id')
      AND t.reltuples < 200000
  LOOP
    EXECUTE 'DROP INDEX ' || quote_ident(found.name) ;
    EXECUTE found.definition || ' WHERE ' || quote_ident(found.attribute) || ' IS NOT NULL' ;
  END LOOP ;
  -- Versions of the platform before left NULL out of this one, too.
  FOR found IN
    SELECT c.relname AS name, regexp_replace(pg_get_indexdef(i.indexrelid), ' WHERE .*$', '') AS definition
    FROM pg_index i
    JOIN pg_class c ON c.oid = i.indexrelid
    JOIN pg_class t ON t.oid = i.indrelid
    JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[1]
    WHERE i.indrelid = 'executions_visibility'::regclass
      AND NOT i.indisunique AND i.indpred IS NOT NULL
      AND a.attname = 'parent_workflow_id'
      AND t.reltuples < 200000
  LOOP
    EXECUTE 'DROP INDEX ' || quote_ident(found.name) ;
    EXECUTE found.definition ;
  END LOOP ;
END $$ ;
