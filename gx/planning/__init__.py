"""Planning: rules become statements, one a table and one a compared pair."""
