"""Rehearse a threshold change on history before it touches a child. Pure: no database, no web, no clock."""
