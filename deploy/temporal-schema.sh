#!/bin/sh
# Makes Temporal's two databases, or brings them up to the version of this image. It may run as often as one likes.
set -eu
for database in temporal temporal_visibility; do
	case $database in
	temporal) schema=temporal ;;
	*) schema=visibility ;;
	esac
	# Both fail when it is there already; update-schema is the one that must succeed.
	temporal-sql-tool --db "$database" create || true
	temporal-sql-tool --db "$database" setup-schema -v 0.0 || true
	temporal-sql-tool --db "$database" update-schema -d "/etc/temporal/schema/postgresql/v12/$schema/versioned"
done
