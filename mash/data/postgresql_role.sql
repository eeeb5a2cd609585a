/* Rights of the service on PostgreSQL: all it needs, and never to change or take away what the audit says.

   Run by the role that owns the tables and runs `mash migrate`, after each migration:

       psql -v app=mash_app -f mash/data/postgresql_role.sql mash

   A disposal erases what events said: a trigger lets an event's data be put to nothing else, and for nothing else.

   The service itself, `mash serve` and `mash scheduler`, then signs in as mash_app. It owns nothing, so it can neither
   drop a table nor put its triggers out of use. */
GRANT USAGE ON SCHEMA public TO :app;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO :app;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO :app;
REVOKE UPDATE, DELETE, TRUNCATE ON event, audit_read, audit_list, audit_listed, audit_seal FROM :app;
GRANT UPDATE (data) ON event TO :app;
REVOKE UPDATE, DELETE, TRUNCATE ON event_erasure, figure_freeze, frozen_figure FROM :app;
REVOKE DELETE, TRUNCATE ON event_head, audit_head FROM :app;
REVOKE INSERT, UPDATE, DELETE ON alembic_version FROM :app;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
