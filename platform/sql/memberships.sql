CREATE OR REPLACE FUNCTION temporal_platform_remember_member() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.last_heartbeat := NEW.last_heartbeat + interval '@REMEMBERED_MINUTES@ minutes' ;
  RETURN NEW ;
EXCEPTION WHEN undefined_column THEN
  RETURN NEW ;
END $$ ;
DO $$
DECLARE
  found record ;
BEGIN
  FOR found IN SELECT tgname FROM pg_trigger WHERE tgname = 'temporal_platform_remember_member'
  LOOP
    EXECUTE 'DROP TRIGGER ' || quote_ident(found.tgname) || ' ON cluster_membership' ;
  END LOOP ;
  CREATE TRIGGER temporal_platform_remember_member BEFORE INSERT OR UPDATE ON cluster_membership
    FOR EACH ROW EXECUTE FUNCTION temporal_platform_remember_member() ;
END $$ ;
DELETE FROM cluster_membership WHERE NOT EXISTS (
  SELECT FROM pg_stat_activity
  WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
) ;
